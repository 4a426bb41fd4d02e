/* headless-notify.h: tells the service manager how we are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HeadlessNotify HeadlessNotify;

HeadlessNotify *headless_notify_new (void);
void headless_notify_free (HeadlessNotify *notify);

void headless_notify_ready (HeadlessNotify *notify);
void headless_notify_reloading (HeadlessNotify *notify);
void headless_notify_stopping (HeadlessNotify *notify);
void headless_notify_status (HeadlessNotify *notify, const char *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeadlessNotify, headless_notify_free)

G_END_DECLS
