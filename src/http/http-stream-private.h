/* http-stream-private.h: the struct that a stream's files share
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-stream.h"

G_BEGIN_DECLS

struct _HttpStream
{
  GIOStream parent_instance;

  /* First what each read and write needs, side by side. */
  GIOStream *base;
  GByteArray *held; /* the head of an answer, until what follows it comes */
  int fd;
  HttpStreamPhase phase : 8;
  guint readable : 1;
  guint writable : 1;
  guint waits_to_write : 1;
  guint hung_up : 1;
  guint told_hang_up : 1;
  guint end_was_padded : 1;
  guint joins_answers : 1;
  guint answer_begins : 1; /* and its first piece may be held */

  const HttpStreamWatcher *watcher;
  gpointer watcher_data;
  HttpPoller *poller;
  HttpWatch watch;
  HttpTimer timer;
  HttpTask notify;
  HttpTask flush;

  HttpStream *under; /* one of ours, when the base is TLS over it */
  GSource *base_readable;
  GSource *base_writable;
  GByteArray *base_pending; /* taken from the writer, but not yet by the base */

  GSocketAddress *remote_address;
  GInputStream *input;
  GOutputStream *output;
  GSList *read_sources;
  GSList *write_sources;
};

/* http-stream.c */
void http_stream_tell (gpointer user_data);
void http_stream_start_timer (HttpStream *self, guint milliseconds);
gssize http_stream_read_socket (HttpStream *self, void *buffer, gsize count);
gssize http_stream_write_socket (HttpStream *self, const GOutputVector *vectors, guint n_vectors);

/* http-stream-base.c */
gssize http_stream_read_base (HttpStream *self, void *buffer, gsize count);
gssize http_stream_write_base (HttpStream *self, const GOutputVector *vectors, guint n_vectors);
void http_stream_end_base_output (HttpStream *self);
void http_stream_break_base (HttpStream *self);
void http_stream_close_base (HttpStream *self);

/* http-stream-held.c */
gboolean http_stream_hold (HttpStream *self, const void *buffer, gsize count);
gssize
http_stream_write_behind_held (HttpStream *self, const GOutputVector *vectors, guint n_vectors);
void http_stream_flush_held (gpointer user_data);
void http_stream_drop_held (HttpStream *self);

/* http-stream-halves.c */
GInputStream *http_input_stream_new (HttpStream *stream);
void http_input_stream_detach (GInputStream *input);
GOutputStream *http_output_stream_new (HttpStream *stream);
void http_output_stream_detach (GOutputStream *output);

G_END_DECLS
