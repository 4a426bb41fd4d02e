/* static-fixture.h: a server over a folder full of traps
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-listener.h"
#include "http-static.h"
#include "raw-client.h"

G_BEGIN_DECLS

/* What must never come out. */
#define OUTSIDE "OUTSIDE THE FOLDER"
#define HIDDEN  "HIDDEN"

#define INDEX "<!doctype html><title>Index</title>\n"
#define STYLE "body { color: green }\n"

/* digits.txt holds the ten digits and was last changed at MODIFIED. */
#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE   "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER    "Sun, 06 Nov 1994 08:49:38 GMT"

/* The same files once more */
#define MOUNT "/mount"

/* Sparse files end with this. */
#define TAIL "the end of it"

typedef struct
{
  char *base;
  char *root;
  HttpStatic *files;
  SoupServer *server;
  HttpListener *listener;
  guint16 port;
} Fixture;

Fixture *fixture_new (void);
Fixture *fixture_new_for_resource (GResource *resource, const char *prefix);
void fixture_free (Fixture *fixture);

char *fixture_path (Fixture *fixture, const char *name);
void fixture_write (Fixture *fixture, const char *name, const char *content);
void fixture_make_sparse (Fixture *fixture, const char *name, goffset size);
void fixture_set_time (Fixture *fixture, const char *name, gint64 seconds, long nanoseconds);
char *fixture_get_tag (Fixture *fixture, const char *target);

gboolean can_follow_links (void);
RawResponse *ask (RawClient *client, const char *method, const char *target, const char *headers);
char *with_tag (const char *headers, const char *tag);
void assert_header (RawResponse *response, const char *name, const char *expected);
void assert_body (RawResponse *response, const char *expected);
void assert_goes_on (RawClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

G_END_DECLS
