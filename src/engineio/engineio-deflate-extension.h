/* engineio-deflate-extension.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define ENGINEIO_TYPE_DEFLATE_EXTENSION (engineio_deflate_extension_get_type ())

G_DECLARE_FINAL_TYPE (EngineioDeflateExtension,
                      engineio_deflate_extension,
                      ENGINEIO,
                      DEFLATE_EXTENSION,
                      SoupWebsocketExtension)

void engineio_deflate_extension_add_to (SoupSession *http);
void engineio_deflate_extension_disable (SoupMessage *message);
EngineioDeflateExtension *engineio_deflate_extension_find (SoupWebsocketConnection *connection);
guint engineio_deflate_extension_get_window_bits (EngineioDeflateExtension *extension);

G_END_DECLS
