/* http-cors-log.h: refusals on record
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HttpCorsLog HttpCorsLog;

HttpCorsLog *http_cors_log_new (void);
void http_cors_log_free (HttpCorsLog *log);

void
http_cors_log_refusal (HttpCorsLog *log, const char *header, const char *value, const char *option);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpCorsLog, http_cors_log_free)

G_END_DECLS
