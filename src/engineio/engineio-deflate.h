/* engineio-deflate.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ENGINEIO_DEFLATE_OFFER:
 *
 * The parameters that a client offers: nothing is remembered from one message to the next, in
 * either direction, and the server may want a smaller window.
 */
#define ENGINEIO_DEFLATE_OFFER                                                                     \
  "; server_no_context_takeover; client_no_context_takeover; client_max_window_bits"

char *engineio_deflate_negotiate (const char *offers, guint *window_bits);

gboolean engineio_deflate_read_answer (GHashTable *parameters, guint *window_bits);

GBytes *engineio_deflate_message (const void *data, gsize length, guint window_bits);
guint8 *engineio_deflate_restore (const void *data,
                                  gsize length,
                                  gsize max_length,
                                  gsize *restored_length,
                                  GError **error);

G_END_DECLS
