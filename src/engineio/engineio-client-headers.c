/* engineio-client-headers.c: the headers that a client adds to its requests
 *
 * The options have them; the dialer puts them into each request. Those of a transport go before
 * those of all.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-client-headers.h"

/* Where those of all transports stand. */
#define ALL ""

struct _EngineioClientHeaders
{
  GHashTable *transports; /* name of a transport -> (name of a header -> value) */
};

/**
 * engineio_client_headers_new:
 *
 * Returns: (transfer full): no headers
 */
EngineioClientHeaders *
engineio_client_headers_new (void)
{
  EngineioClientHeaders *self = g_new (EngineioClientHeaders, 1);

  self->transports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)g_hash_table_unref);
  return self;
}

/**
 * engineio_client_headers_free:
 * @self: (transfer full): the headers
 */
void
engineio_client_headers_free (EngineioClientHeaders *self)
{
  g_hash_table_unref (self->transports);
  g_free (self);
}

/**
 * engineio_client_headers_set:
 * @self: the headers
 * @transport: (nullable): the transport whose requests have it; %NULL for all
 * @name: the name of a header
 * @value: (nullable): its value; %NULL to send it no more
 */
void
engineio_client_headers_set (EngineioClientHeaders *self,
                             const char *transport,
                             const char *name,
                             const char *value)
{
  GHashTable *headers;

  if (transport == NULL)
    transport = ALL;
  headers = g_hash_table_lookup (self->transports, transport);
  if (headers == NULL)
    {
      headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (self->transports, g_strdup (transport), headers);
    }

  if (value != NULL)
    g_hash_table_replace (headers, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (headers, name);
}

static void
put (EngineioClientHeaders *self, const char *transport, SoupMessageHeaders *to)
{
  GHashTable *headers = g_hash_table_lookup (self->transports, transport);
  GHashTableIter iter;
  gpointer name, value;

  if (headers == NULL)
    return;

  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (to, name, value);
}

/**
 * engineio_client_headers_put:
 * @self: the headers
 * @transport: the transport that makes a request
 * @headers: the headers of the request
 *
 * Puts them in, each in the place of the one that would be sent.
 */
void
engineio_client_headers_put (EngineioClientHeaders *self,
                             const char *transport,
                             SoupMessageHeaders *headers)
{
  put (self, ALL, headers);
  put (self, transport, headers);
}
