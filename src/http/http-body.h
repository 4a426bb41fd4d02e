/* http-body.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HttpBodyFunc:
 * @message: the request
 * @user_data: data of [func@http_body_limit]
 *
 * Called when a request's body turned out too large, right before the request is refused.
 */
typedef void (*HttpBodyFunc) (SoupServerMessage *message, gpointer user_data);

void http_body_limit (SoupServerMessage *message,
                      gsize max_size,
                      HttpBodyFunc too_large,
                      gpointer user_data);

G_END_DECLS
