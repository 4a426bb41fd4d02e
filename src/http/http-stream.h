/* http-stream.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-poller.h"

G_BEGIN_DECLS

#define HTTP_TYPE_STREAM (http_stream_get_type ())

G_DECLARE_FINAL_TYPE (HttpStream, http_stream, HTTP, STREAM, GIOStream)

/**
 * HTTP_STREAM_WOULD_BLOCK:
 *
 * What the reading and writing functions return when nothing can be done now; the watcher is told
 * when that changes.
 */
#define HTTP_STREAM_WOULD_BLOCK (-1)

/**
 * HTTP_STREAM_FAILED:
 *
 * What the reading and writing functions return when the connection is broken.
 */
#define HTTP_STREAM_FAILED (-2)

/**
 * HttpStreamPhase:
 * @HTTP_STREAM_IDLE: between two requests
 * @HTTP_STREAM_HEADERS: the head of a request is arriving
 * @HTTP_STREAM_BODY: the body of a request is arriving; each piece of it begins the time anew
 * @HTTP_STREAM_COUNTED_BODY: the same, of a body whose length is known: all that is read from the
 *   stream is a piece of it
 * @HTTP_STREAM_RESPONSE: the request is complete and is being answered, however long that takes
 * @HTTP_STREAM_DETACHED: the stream was taken over from HTTP; its new owner sees to time-outs
 *
 * What the stream is used for; each phase has a time-out of its own.
 */
typedef enum
{
  HTTP_STREAM_IDLE,
  HTTP_STREAM_HEADERS,
  HTTP_STREAM_BODY,
  HTTP_STREAM_COUNTED_BODY,
  HTTP_STREAM_RESPONSE,
  HTTP_STREAM_DETACHED,
} HttpStreamPhase;

/**
 * HttpStreamWatcher:
 * @readable: there may be something to read
 * @writable: after a write that would have blocked: it can go on
 * @hung_up: the peer has closed its end, or the connection broke; what it sent before can still be
 * read
 *
 * Who is told what happens on a stream. Any of the functions may be %NULL.
 */
typedef struct
{
  void (*readable) (HttpStream *stream, gpointer user_data);
  void (*writable) (HttpStream *stream, gpointer user_data);
  void (*hung_up) (HttpStream *stream, gpointer user_data);
} HttpStreamWatcher;

HttpStream *http_stream_new (HttpPoller *poller, int fd, GSocketAddress *remote_address);
HttpStream *http_stream_new_for_iostream (HttpPoller *poller, GIOStream *base);
HttpStream *http_stream_from_message (SoupServerMessage *message);
HttpStream *http_stream_take_over (HttpPoller *poller, SoupServerMessage *message, GBytes **early);

void
http_stream_set_watcher (HttpStream *stream, const HttpStreamWatcher *watcher, gpointer user_data);
void http_stream_set_phase (HttpStream *stream, HttpStreamPhase phase);
void http_stream_join_answers (HttpStream *stream);

gssize http_stream_read (HttpStream *stream, void *buffer, gsize count);
void http_stream_prefetch (HttpStream *stream);
gssize http_stream_write (HttpStream *stream, const GOutputVector *vectors, guint n_vectors);
gboolean http_stream_has_more (HttpStream *stream);
gboolean http_stream_is_hung_up (HttpStream *stream);
void http_stream_end_output (HttpStream *stream);
void http_stream_abort (HttpStream *stream);

G_END_DECLS
