/* engineio-client-headers.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * EngineioClientHeaders:
 *
 * What a client adds to the headers of its requests: of all, and of those of one transport.
 */
typedef struct _EngineioClientHeaders EngineioClientHeaders;

EngineioClientHeaders *engineio_client_headers_new (void);
void engineio_client_headers_free (EngineioClientHeaders *self);

void engineio_client_headers_set (EngineioClientHeaders *self,
                                  const char *transport,
                                  const char *name,
                                  const char *value);
void engineio_client_headers_put (EngineioClientHeaders *self,
                                  const char *transport,
                                  SoupMessageHeaders *headers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioClientHeaders, engineio_client_headers_free)

G_END_DECLS
