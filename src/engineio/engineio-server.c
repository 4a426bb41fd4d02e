/* engineio-server.c: the handshake and the table of sessions
 *
 * Owns the sessions, by id. What comes by HTTP is looked at in engineio-server-http.c, which asks
 * here for sessions and hands requests to their transports. Upwards, the handler learns of each new
 * session.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <sys/random.h>

#include "engineio-loopback.h"
#include "engineio-server-private.h"

/* 15 random bytes are 20 characters of base64: as long as Node's ids, and not to be guessed. */
#define ID_BYTES 15

G_DEFINE_FINAL_TYPE (EngineioServer, engineio_server, G_TYPE_OBJECT)

/**
 * engineio_make_id:
 *
 * Makes an id that cannot be guessed.
 *
 * Returns: (transfer full): 20 characters that need no escaping in an address
 */
char *
engineio_make_id (void)
{
  guint8 bytes[ID_BYTES];
  char *id;

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("The system has no random numbers");

  id = g_base64_encode (bytes, sizeof bytes);
  return g_strdelimit (g_strdelimit (id, "+", '-'), "/", '_');
}

static void
engineio_server_check_idle (EngineioServer *self)
{
  if (!self->closed || self->told_idle || g_hash_table_size (self->sessions) > 0 ||
      g_hash_table_size (self->closing) > 0)
    return;

  self->told_idle = TRUE;
  engineio_server_stop_listening (self);
  if (self->handler != NULL && self->handler->idle != NULL)
    self->handler->idle (self, self->handler_data);
}

/* A session that was told to close can still be asked for, so that its client hears of it; one that
 * ended for another reason is unknown from now on. Both are kept until their transport is done. */
static void
on_session_changed (EngineioSession *session, gpointer user_data)
{
  g_autoptr (EngineioServer) self = g_object_ref (user_data);
  g_autoptr (EngineioSession) guard G_GNUC_UNUSED = g_object_ref (session);

  if (session->state == ENGINEIO_SESSION_CLOSING)
    g_hash_table_add (self->closing, g_object_ref (session));
  if (!engineio_session_is_lingering (session))
    g_hash_table_remove (self->sessions, engineio_session_get_id (session));
  if (session->state == ENGINEIO_SESSION_CLOSED)
    g_hash_table_remove (self->closing, session);

  engineio_server_check_idle (self);
}

/* Opens a session. Nobody knows of it before it is announced. */
EngineioSession *
engineio_server_add_session (EngineioServer *self,
                             const EngineioProtocol *protocol,
                             EngineioTransport *transport,
                             const char *id,
                             const char *remote_address,
                             guint16 remote_port)
{
  g_autoptr (EngineioSession) session = engineio_session_new (
    ENGINEIO_SESSION_SERVER, self->options, self->poller, transport, id);

  engineio_session_set_protocol (session, protocol);
  engineio_session_set_owner (session, on_session_changed, self);
  engineio_session_set_remote (session, remote_address, remote_port);
  session->traffic = g_rc_box_acquire (self->traffic);
  g_hash_table_insert (self->sessions, session->id, g_object_ref (session));
  engineio_session_start (session);

  return session;
}

void
engineio_server_announce_session (EngineioServer *self, EngineioSession *session)
{
  self->handler->session (self, session, self->handler_data);
}

EngineioSession *
engineio_server_lookup (EngineioServer *self, const char *id)
{
  return g_hash_table_lookup (self->sessions, id);
}

static GList *
ref_values (GHashTable *table)
{
  GList *values = g_hash_table_get_values (table);

  for (GList *l = values; l != NULL; l = l->next)
    g_object_ref (l->data);
  return values;
}

/* A session's end may make its user end others. */
static void
drop_sessions (GHashTable *table)
{
  GList *sessions;

  sessions = ref_values (table);
  g_hash_table_remove_all (table);
  for (GList *l = sessions; l != NULL; l = l->next)
    {
      engineio_session_set_owner (l->data, NULL, NULL);
      engineio_session_abort (l->data);
    }
  g_list_free_full (sessions, g_object_unref);
}

static void
engineio_server_dispose (GObject *object)
{
  EngineioServer *self = ENGINEIO_SERVER (object);

  self->handler = NULL;
  self->closed = TRUE;
  self->link->server = NULL;
  drop_sessions (self->sessions);
  drop_sessions (self->closing);
  engineio_server_detach (self);

  G_OBJECT_CLASS (engineio_server_parent_class)->dispose (object);
}

static void
engineio_server_finalize (GObject *object)
{
  EngineioServer *self = ENGINEIO_SERVER (object);

  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->closing);
  g_clear_pointer (&self->traffic, g_rc_box_release);
  g_clear_pointer (&self->link, g_rc_box_release);
  g_clear_pointer (&self->files, http_bundle_free);
  g_clear_object (&self->options);
  g_clear_pointer (&self->poller, http_poller_unref);

  G_OBJECT_CLASS (engineio_server_parent_class)->finalize (object);
}

static void
engineio_server_class_init (EngineioServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = engineio_server_dispose;
  object_class->finalize = engineio_server_finalize;
}

static void
engineio_server_init (EngineioServer *self)
{
  self->poller = http_poller_ref_default ();
  self->traffic = g_rc_box_new0 (EngineioTraffic);
  self->link = g_rc_box_new0 (EngineioServerLink);
  self->link->server = self;
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->closing = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

/**
 * engineio_server_new:
 * @options: limits and timers; not to be changed while the server runs
 * @handler: static functions that are called from now on
 * @user_data: data for them
 *
 * Makes a server. It is reached once it is attached to a SoupServer, or over its loopback.
 *
 * Returns: (transfer full): the server
 */
EngineioServer *
engineio_server_new (EngineioOptions *options,
                     const EngineioServerHandler *handler,
                     gpointer user_data)
{
  EngineioServer *self = g_object_new (ENGINEIO_TYPE_SERVER, NULL);

  self->options = g_object_ref (options);
  self->handler = handler;
  self->handler_data = user_data;

  return self;
}

/**
 * engineio_server_get_options:
 * @server: a server
 *
 * Gets the options that it was made with.
 *
 * Returns: (transfer none): its options
 */
EngineioOptions *
engineio_server_get_options (EngineioServer *self)
{
  return self->options;
}

/**
 * engineio_server_get_n_sessions:
 * @server: a server
 *
 * Counts the sessions.
 *
 * Returns: how many sessions there are
 */
guint
engineio_server_get_n_sessions (EngineioServer *self)
{
  return g_hash_table_size (self->sessions);
}

/**
 * engineio_server_get_traffic:
 * @server: a server
 * @traffic: (out caller-allocates): what its sessions have exchanged
 *
 * Gets what was sent and received so far.
 */
void
engineio_server_get_traffic (EngineioServer *self, EngineioTraffic *traffic)
{
  *traffic = *self->traffic;
}

/**
 * engineio_server_get_queued_bytes:
 * @server: a server
 *
 * Adds up what waits because clients do not read fast enough. That takes a look at each session.
 *
 * Returns: the bytes
 */
gsize
engineio_server_get_queued_bytes (EngineioServer *self)
{
  gsize bytes = 0;
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    bytes += engineio_session_get_queued_bytes (session);
  return bytes;
}

/**
 * engineio_server_connect_loopback:
 * @server: a server
 *
 * Opens a session within the process.
 *
 * Returns: (transfer full): the client's end of it; the server's end is announced to the handler
 */
EngineioSession *
engineio_server_connect_loopback (EngineioServer *self)
{
  g_autoptr (EngineioTransport) near = NULL;
  g_autoptr (EngineioTransport) far = NULL;
  g_autofree char *id = engineio_make_id ();
  EngineioSession *client, *server;

  engineio_loopback_new_pair (self->poller, &near, &far);
  client = engineio_session_new (ENGINEIO_SESSION_CLIENT, self->options, self->poller, near, NULL);
  server = engineio_server_add_session (self, &engineio_protocol_current, far, id, "127.0.0.1", 0);
  engineio_server_announce_session (self, server);

  return client;
}

/**
 * engineio_server_close:
 * @server: a server
 *
 * Refuses new sessions and closes every one that there is in good order. It listens until they are
 * gone, because a client that polls comes by a new connection to hear of it. The handler's `idle`
 * is called when all of their connections are gone.
 */
void
engineio_server_close (EngineioServer *self)
{
  g_autoptr (EngineioServer) guard G_GNUC_UNUSED = g_object_ref (self);
  GList *sessions;

  if (self->closed)
    return;

  self->closed = TRUE;
  sessions = ref_values (self->sessions);
  for (GList *l = sessions; l != NULL; l = l->next)
    engineio_session_close (l->data);
  g_list_free_full (sessions, g_object_unref);

  engineio_server_check_idle (self);
}
