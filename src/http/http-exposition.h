/* http-exposition.h: (pure) numbers for Prometheus
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HTTP_EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/**
 * HttpExposition:
 *
 * A text of metrics that is being written.
 */
typedef struct _HttpExposition HttpExposition;

HttpExposition *http_exposition_new (void);
void http_exposition_begin (HttpExposition *exposition,
                            const char *name,
                            const char *type,
                            const char *help);
void http_exposition_add (HttpExposition *exposition, double value, ...) G_GNUC_NULL_TERMINATED;
void http_exposition_put (HttpExposition *exposition,
                          const char *name,
                          const char *type,
                          const char *help,
                          double value);
char *http_exposition_end (HttpExposition *exposition);

G_END_DECLS
