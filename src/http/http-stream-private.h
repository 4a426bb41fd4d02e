/* http-stream-private.h: what the two halves of a stream see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-stream.h"

G_BEGIN_DECLS

gssize http_stream_read_for_http (HttpStream *self, void *buffer, gsize count, GError **error);
gssize http_stream_write_for_http (HttpStream *self,
                                   const void *buffer,
                                   gsize count,
                                   GError **error);
gboolean http_stream_wait (HttpStream *self, short events);
gboolean http_stream_is_ready (HttpStream *self, gboolean for_writing);
void http_stream_add_source (HttpStream *self, GSource *source, gboolean for_writing);
void http_stream_remove_source (HttpStream *self, GSource *source, gboolean for_writing);

GInputStream *http_input_stream_new (HttpStream *stream);
void http_input_stream_detach (GInputStream *input);
GOutputStream *http_output_stream_new (HttpStream *stream);
void http_output_stream_detach (GOutputStream *output);

G_END_DECLS
