/* engineio-http-options-private.h: what the server's own files see of these options
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-http-options.h"

typedef struct _HttpCors HttpCors;

G_BEGIN_DECLS

/* The values of the properties. */
typedef struct
{
  gboolean add_trailing_slash;
  char *cookie_name; /* NULL for no cookie */
  char *cookie_path;
  char *cookie_same_site;
  gboolean cookie_http_only;
  gboolean cookie_secure;
  gboolean http_compression;
  guint http_compression_threshold;
  gboolean per_message_deflate;
  guint per_message_deflate_threshold;
  char *initial_packet; /* NULL for none */
  gboolean destroy_upgrade;
  guint destroy_upgrade_timeout;
} EngineioHttpSettings;

const EngineioHttpSettings *engineio_http_options_peek (gpointer options);
HttpCors *engineio_options_get_cors (EngineioOptions *options);

gboolean engineio_http_options_has_hook (gpointer options, guint step);
void engineio_http_options_call_hook (gpointer options, guint step, EngineioIncoming *incoming);

gboolean engineio_http_options_ask (gpointer options, EngineioIncoming *incoming);
char *engineio_http_options_generate_id (gpointer options, SoupServerMessage *message);
void
engineio_http_options_tell_headers (gpointer options, SoupServerMessage *message, gboolean initial);
void engineio_http_options_tell_refusal (gpointer options,
                                         SoupServerMessage *message,
                                         guint code,
                                         const char *text,
                                         const char *context);

G_END_DECLS
