/* headless-reload.h: SIGHUP
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-host.h"

#include "headless-options.h"

G_BEGIN_DECLS

gboolean headless_apply (ChatHost *host, HeadlessOptions *options, GError **error);
void headless_reload (ChatHost *host, HeadlessOptions *options);

G_END_DECLS
