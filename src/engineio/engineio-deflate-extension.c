/* engineio-deflate-extension.c: how a client agrees on compressed messages
 *
 * libsoup's client takes no extension in an answer that it does not know, so it gets this one for
 * the handshake. The messages themselves never come by here: the stream is taken from libsoup then
 * (engineio-websocket-client.c), and engineio-websocket.c compresses and restores.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-deflate-extension.h"

#include "engineio-deflate.h"

struct _EngineioDeflateExtension
{
  SoupWebsocketExtension parent_instance;

  guint window_bits;
};

G_DEFINE_FINAL_TYPE (EngineioDeflateExtension,
                     engineio_deflate_extension,
                     SOUP_TYPE_WEBSOCKET_EXTENSION)

static char *
engineio_deflate_extension_get_request_params (SoupWebsocketExtension *extension)
{
  return g_strdup (ENGINEIO_DEFLATE_OFFER);
}

static gboolean
engineio_deflate_extension_configure (SoupWebsocketExtension *extension,
                                      SoupWebsocketConnectionType connection_type,
                                      GHashTable *params,
                                      GError **error)
{
  EngineioDeflateExtension *self = ENGINEIO_DEFLATE_EXTENSION (extension);

  if (engineio_deflate_read_answer (params, &self->window_bits))
    return TRUE;

  g_set_error_literal (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE,
                       "The server compresses in a way that was not offered");
  return FALSE;
}

static void
engineio_deflate_extension_class_init (EngineioDeflateExtensionClass *klass)
{
  SoupWebsocketExtensionClass *extension_class = SOUP_WEBSOCKET_EXTENSION_CLASS (klass);

  extension_class->name = "permessage-deflate";
  extension_class->get_request_params = engineio_deflate_extension_get_request_params;
  extension_class->configure = engineio_deflate_extension_configure;
}

static void
engineio_deflate_extension_init (EngineioDeflateExtension *self)
{
}

/**
 * engineio_deflate_extension_add_to:
 * @http: what makes the requests of clients
 *
 * Has every WebSocket of @http offer compression, and no other extension.
 */
void
engineio_deflate_extension_add_to (SoupSession *http)
{
  soup_session_add_feature_by_type (http, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_remove_feature_by_type (http, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_session_add_feature_by_type (http, ENGINEIO_TYPE_DEFLATE_EXTENSION);
}

/**
 * engineio_deflate_extension_disable:
 * @message: the request of a WebSocket
 *
 * Has it offer no compression.
 */
void
engineio_deflate_extension_disable (SoupMessage *message)
{
  soup_message_disable_feature (message, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
}

/**
 * engineio_deflate_extension_find:
 * @connection: a WebSocket after its handshake
 *
 * Returns: (transfer none) (nullable): what was agreed; %NULL for no compression
 */
EngineioDeflateExtension *
engineio_deflate_extension_find (SoupWebsocketConnection *connection)
{
  GList *extensions = soup_websocket_connection_get_extensions (connection);

  for (GList *l = extensions; l != NULL; l = l->next)
    {
      if (ENGINEIO_IS_DEFLATE_EXTENSION (l->data))
        return l->data;
    }
  return NULL;
}

/**
 * engineio_deflate_extension_get_window_bits:
 * @extension: what was agreed
 *
 * Returns: the window that messages to the server may use, 9 to 15; 0 if they must not be
 * compressed
 */
guint
engineio_deflate_extension_get_window_bits (EngineioDeflateExtension *self)
{
  return self->window_bits;
}
