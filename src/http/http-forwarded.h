/* http-forwarded.h: (pure) the proxies that are believed, and what they say
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-types.h"

G_BEGIN_DECLS

/**
 * HttpProxies:
 *
 * The addresses of the proxies whose word counts.
 */
typedef struct _HttpProxies HttpProxies;

HttpProxies *http_proxies_new (void);
void http_proxies_free (HttpProxies *proxies);

gboolean http_proxies_add (HttpProxies *proxies, const char *text, GError **error);
gboolean http_proxies_are_none (HttpProxies *proxies);
gboolean http_proxies_contain (HttpProxies *proxies, GInetAddress *address);

/**
 * HttpClient:
 * @address: the IP address of who asks, or of the last one on the way to them that can be told
 * @port: the port, or 0 if nobody says
 * @known: whether @address is that of who asks. If not, somebody passed the request on, and nobody
 *   who can be believed says for whom.
 * @here: whether @address and every proxy on the way are at loopback addresses
 *
 * Who is at the other end of a request.
 */
typedef struct
{
  GInetAddress *address;
  guint16 port;
  gboolean known;
  gboolean here;
} HttpClient;

void http_forwarded_trace (HttpProxies *proxies,
                           GInetAddress *peer,
                           guint16 port,
                           const char *chain,
                           HttpClient *client);

gboolean http_client_is_loopback (const HttpClient *client);
void http_client_clear (HttpClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpProxies, http_proxies_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpClient, http_client_clear)

G_END_DECLS
