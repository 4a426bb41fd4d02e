/* engineio-client-options.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-options.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_CLIENT_OPTIONS (engineio_client_options_get_type ())

/**
 * EngineioClientOptions:
 *
 * How a client comes to its server, and what it keeps between two sessions: the cookies, and
 * whether a WebSocket has worked. Of the options that it inherits it uses `path`,
 * `upgrade-timeout`, `close-timeout`, `max-payload-packets`, `max-queue-bytes` and
 * `max-queue-packets`.
 */
G_DECLARE_FINAL_TYPE (EngineioClientOptions,
                      engineio_client_options,
                      ENGINEIO,
                      CLIENT_OPTIONS,
                      EngineioOptions)

EngineioClientOptions *engineio_client_options_new (void);

void engineio_client_options_set_header (EngineioClientOptions *options,
                                         const char *transport,
                                         const char *name,
                                         const char *value);
void engineio_client_options_add_headers (EngineioClientOptions *options,
                                          const char *transport,
                                          SoupMessageHeaders *headers);

GPtrArray *engineio_client_options_list_transports (EngineioClientOptions *options);
gboolean engineio_client_options_get_upgrade (EngineioClientOptions *options);
gboolean engineio_client_options_get_add_trailing_slash (EngineioClientOptions *options);
const char *
engineio_client_options_get_timestamp_param (EngineioClientOptions *options, const char *transport);
const char *engineio_client_options_get_query (EngineioClientOptions *options);
guint engineio_client_options_get_request_timeout (EngineioClientOptions *options);
gsize engineio_client_options_get_max_message (EngineioClientOptions *options);
gboolean engineio_client_options_get_deflate (EngineioClientOptions *options);
guint engineio_client_options_get_deflate_threshold (EngineioClientOptions *options);
gboolean engineio_client_options_get_force_base64 (EngineioClientOptions *options);
char **engineio_client_options_get_protocols (EngineioClientOptions *options);

void engineio_client_options_set_websocket_worked (EngineioClientOptions *options, gboolean worked);
SoupSession *engineio_client_options_ref_http (EngineioClientOptions *options);
GTlsCertificate *engineio_client_options_get_tls_certificate (EngineioClientOptions *options);
gboolean engineio_client_options_accept_certificate (EngineioClientOptions *options,
                                                     GTlsCertificate *certificate,
                                                     GTlsCertificateFlags errors);

G_END_DECLS
