/* http-cors-private.h: the struct that the files of the rules share
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-cors.h"

#include "http-cors-log.h"
#include "http-forwarded.h"

G_BEGIN_DECLS

struct _HttpCors
{
  GObject parent_instance;

  GHashTable *origins;
  GHashTable *hosts;
  char *allowed_host; /* the text of the last Host that was allowed: most are the same */
  GPtrArray *patterns; /* of GRegex */
  HttpCorsLog *log;
  HttpProxies *proxies;
  char *exposed_headers;
  char *allowed_headers;
  char *methods;
  int max_age;
  guint success_status;

  guint any_origin : 1;
  guint null_origin : 1;
  guint any_host : 1;
  guint credentials : 1;
  guint preflight_continue : 1;
};

/* Whether a handler of the signal allows an origin that no rule does. */
gboolean http_cors_ask_program (HttpCors *cors, const char *origin);

G_END_DECLS
