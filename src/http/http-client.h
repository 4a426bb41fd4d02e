/* http-client.h: who is at the other end of a request
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-forwarded.h"

G_BEGIN_DECLS

gboolean http_client_find (HttpProxies *proxies, SoupServerMessage *msg, HttpClient *client);
gboolean http_client_is_proxy (HttpProxies *proxies, SoupServerMessage *msg);
gboolean http_client_is_secure (HttpProxies *proxies, SoupServerMessage *msg);
char **http_client_list_hosts (HttpProxies *proxies, SoupServerMessage *msg);

G_END_DECLS
