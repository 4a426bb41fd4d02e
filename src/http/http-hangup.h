/* http-hangup.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-stream.h"

G_BEGIN_DECLS

typedef struct _HttpHangup HttpHangup;

/**
 * HttpHangup:
 *
 * A look-out for the client of a request that is answered later. It lives inside its owner's
 * struct; all fields are private.
 */
struct _HttpHangup
{
  HttpPoller *poller;
  SoupServerMessage *message;
  gulong disconnected_id;
  HttpStream *stream;
  HttpWatch watch;
  int fd;
  gboolean lost;
  HttpPollerFunc func;
  gpointer user_data;
};

void http_hangup_watch (HttpHangup *hangup,
                        HttpPoller *poller,
                        SoupServerMessage *message,
                        HttpPollerFunc func,
                        gpointer user_data);
gboolean http_hangup_unwatch (HttpHangup *hangup);

G_END_DECLS
