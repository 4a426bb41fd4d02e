/* test-recovery.c: clients that come back to the session that they had
 *
 * First the log by itself, then a server with peers that break their connections.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"
#include "socketio-json.h"
#include "socketio-recovery.h"
#include "socketio-wire-private.h"

/* {{{ The log */

static const SocketioRecoveryLimits limits = {
  .session_age = 60000,
  .packet_age = 90000,
  .max_sessions = 3,
  .max_packets = 10,
  .max_bytes = 100000,
  .max_missed_packets = 8,
  .max_missed_bytes = 50000,
};

static GPtrArray *
rooms_new (const char *room)
{
  GPtrArray *rooms = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (rooms, g_strdup (room));
  return rooms;
}

/* To a room or, if that is NULL, to all; or to one alone. */
static guint64
record (SocketioRecovery *recovery, const char *room, const char *except, const char *only)
{
  g_autoptr (SocketioPacket)
    packet = socketio_packet_new_event ("/", "x", NULL, SOCKETIO_PACKET_NO_ID);
  g_autoptr (GPtrArray) rooms = room != NULL ? rooms_new (room) : NULL;
  g_autoptr (GPtrArray) exceptions = except != NULL ? rooms_new (except) : NULL;
  SocketioAudience audience = { .rooms = rooms, .except = exceptions };
  g_autoptr (SocketioWire)
    wire = socketio_recovery_record (recovery, packet, only == NULL ? &audience : NULL, only);

  return socketio_wire_get_position (wire);
}

static void
persist (SocketioRecovery *recovery, const char *pid, const char *offset, guint64 last_position)
{
  SocketioSession *session = socketio_session_new (pid, "me");

  session->rooms = g_strsplit ("r", " ", 0);
  session->offset = g_strdup (offset);
  session->last_position = last_position;
  socketio_recovery_persist (recovery, session);
}

/* The positions of what was missed; "-" if there is no session to restore. */
static char *
restore (SocketioRecovery *recovery, const char *pid, const char *offset)
{
  g_autoptr (SocketioSession) session = socketio_recovery_restore (recovery, pid, offset);
  GString *text = g_string_new (NULL);

  if (session == NULL)
    g_string_append_c (text, '-');
  for (guint i = 0; session != NULL && i < session->missed->len; i++)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " ",
                            socketio_wire_get_position (session->missed->pdata[i]));
  return g_string_free (text, FALSE);
}

static void
assert_restored (SocketioRecovery *recovery,
                 const char *pid,
                 const char *offset,
                 const char *missed)
{
  g_autofree char *restored = restore (recovery, pid, offset);

  g_assert_cmpstr (restored, ==, missed);
}

static void
test_missed (void)
{
  g_autoptr (SocketioRecovery)
    recovery = socketio_recovery_new (&limits, socketio_parser_get_default ());
  g_autofree char *start = socketio_recovery_get_offset (recovery);
  g_autofree char *second = NULL;

  record (recovery, NULL, NULL, NULL);
  record (recovery, "r", NULL, NULL);
  second = socketio_recovery_get_offset (recovery);
  persist (recovery, "a", start, 2);
  record (recovery, "other", NULL, NULL);
  record (recovery, NULL, "r", NULL);
  record (recovery, NULL, "other", NULL);
  record (recovery, NULL, NULL, "me");
  record (recovery, NULL, NULL, "you");
  record (recovery, "me", NULL, NULL);

  /* Each time, what came behind that which it had seen; and once. */
  assert_restored (recovery, "a", second, "5 6 8 ");
  assert_restored (recovery, "a", second, "-");
  persist (recovery, "a", start, 2);
  assert_restored (recovery, "a", NULL, "1 2 5 6 8 ");
}

static void
test_unknown_offset (void)
{
  g_autoptr (SocketioRecovery)
    recovery = socketio_recovery_new (&limits, socketio_parser_get_default ());
  g_autoptr (SocketioRecovery)
    other = socketio_recovery_new (&limits, socketio_parser_get_default ());
  g_autofree char *start = socketio_recovery_get_offset (recovery);
  g_autofree char *of_other = socketio_recovery_get_offset (other);
  g_autofree char *late = g_strconcat (start, "1", NULL);
  const char *offsets[] = { "", "x", of_other, late, "\xff", "-1", NULL };

  for (guint i = 0; offsets[i] != NULL; i++)
    {
      persist (recovery, "a", start, 0);
      assert_restored (recovery, "a", offsets[i], "-");
    }
  assert_restored (recovery, "nobody", start, "-");
  persist (recovery, "a", start, 0);
  assert_restored (recovery, "a", start, "");
}

/* What is forgotten is only missed by those whom it may have concerned. */
static void
test_bounded (void)
{
  g_autoptr (SocketioRecovery)
    recovery = socketio_recovery_new (&limits, socketio_parser_get_default ());
  g_autofree char *start = socketio_recovery_get_offset (recovery);
  g_autofree char *first = NULL;

  record (recovery, "r", NULL, NULL);
  first = socketio_recovery_get_offset (recovery);
  for (guint i = 0; i < 20; i++)
    record (recovery, "other", NULL, NULL);

  persist (recovery, "a", start, 1);
  assert_restored (recovery, "a", NULL, "-");
  persist (recovery, "a", start, 1);
  assert_restored (recovery, "a", first, "");

  persist (recovery, "a", start, 1);
  for (guint i = 0; i < 20; i++)
    record (recovery, "other", NULL, NULL);
  assert_restored (recovery, "a", first, "-");

  /* More than a new connection takes at once. */
  persist (recovery, "a", start, 1);
  for (guint i = 0; i < 9; i++)
    record (recovery, "r", NULL, NULL);
  assert_restored (recovery, "a", first, "-");
}

static void
test_many_sessions (void)
{
  g_autoptr (SocketioRecovery)
    recovery = socketio_recovery_new (&limits, socketio_parser_get_default ());
  g_autofree char *start = socketio_recovery_get_offset (recovery);

  persist (recovery, "a", start, 0);
  persist (recovery, "b", start, 0);
  persist (recovery, "c", start, 0);
  persist (recovery, "d", start, 0);
  assert_restored (recovery, "a", NULL, "-");
  assert_restored (recovery, "b", NULL, "");
}

static gboolean
on_later (gpointer later)
{
  *(gboolean *)later = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pass_time (guint milliseconds)
{
  gboolean later = FALSE;

  g_timeout_add (milliseconds, on_later, &later);
  test_wait (later);
}

static void
test_too_old (void)
{
  SocketioRecoveryLimits short_ones = limits;
  SocketioRecovery *recovery;
  g_autofree char *start = NULL;

  short_ones.session_age = 20;
  short_ones.packet_age = 40;
  recovery = socketio_recovery_new (&short_ones, socketio_parser_get_default ());
  start = socketio_recovery_get_offset (recovery);
  record (recovery, NULL, NULL, NULL);
  persist (recovery, "a", start, 1);
  pass_time (100);
  assert_restored (recovery, "a", start, "-");

  /* The session is new, but what it has not seen is forgotten. */
  persist (recovery, "b", start, 1);
  assert_restored (recovery, "b", NULL, "-");
  socketio_recovery_free (recovery);
}

/* }}} */
/* {{{ A server */

typedef struct
{
  char *sid;
  char *pid;
  char *offset;
} Joined;

static void
joined_clear (Joined *joined)
{
  g_clear_pointer (&joined->sid, g_free);
  g_clear_pointer (&joined->pid, g_free);
  g_clear_pointer (&joined->offset, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Joined, joined_clear)

static void
set_up (RawFixture *fixture, gconstpointer data)
{
  raw_set_up (fixture, data);
  g_object_set (fixture->options, "max-disconnection-duration", 20000, NULL);
}

static void
read_joined (RawWebsocket *peer, Joined *joined)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (peer);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  g_assert_nonnull (frame);
  g_assert_true (g_str_has_prefix (frame->data, "40{"));
  node = socketio_json_parse (frame->data + 2, -1, NULL);
  g_assert_nonnull (node);
  object = json_node_get_object (node);
  joined_clear (joined);
  joined->sid = g_strdup (json_object_get_string_member (object, "sid"));
  joined->pid = g_strdup (json_object_get_string_member_with_default (object, "pid", NULL));
  joined->offset = g_strdup (json_object_get_string_member_with_default (object, "offset", NULL));
}

static RawWebsocket *
join (RawFixture *fixture, Joined *joined)
{
  RawWebsocket *peer = raw_peer_new (fixture);

  raw_websocket_send (peer, "40");
  read_joined (peer, joined);
  return peer;
}

static RawWebsocket *
come_back (RawFixture *fixture, const char *pid, const char *offset)
{
  RawWebsocket *peer = raw_peer_new (fixture);
  g_autofree char *text = offset != NULL
                            ? g_strdup_printf ("40{\"pid\":\"%s\",\"offset\":\"%s\"}", pid, offset)
                            : g_strdup_printf ("40{\"pid\":\"%s\"}", pid);

  raw_websocket_send (peer, text);
  return peer;
}

/* The offset of the event of that name, which comes next. */
static char *
read_event (RawWebsocket *peer, const char *name)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (peer);
  g_autofree char *start = g_strdup_printf ("42[\"%s\",\"", name);
  char *offset;

  g_assert_nonnull (frame);
  if (!g_str_has_prefix (frame->data, start))
    g_error ("Got %s in place of %s", frame->data, name);
  offset = g_strdup (frame->data + strlen (start));
  offset[strlen (offset) - 2] = '\0';
  return offset;
}

static void
skip_event (RawWebsocket *peer, const char *name)
{
  g_free (read_event (peer, name));
}

static void
break_off (RawFixture *fixture, RawWebsocket *peer)
{
  raw_websocket_free (peer);
  test_wait (!socketio_socket_is_connected (fixture->far));
}

static void
emit_to (RawFixture *fixture, const char *room, const char *name)
{
  g_autoptr (SocketioTarget) target = socketio_server_to (fixture->server, room);

  socketio_target_emit (target, name, NULL);
}

static void
test_come_back (RawFixture *fixture, gconstpointer data)
{
  g_auto (Joined) joined = { NULL };
  g_auto (Joined) again = { NULL };
  RawWebsocket *peer = join (fixture, &joined);
  SocketioServerSocket *far = SOCKETIO_SERVER_SOCKET (fixture->far);
  g_autofree char *offset = NULL;
  g_auto (GStrv) rooms = NULL;
  gboolean recovered;

  g_assert_nonnull (joined.pid);
  g_assert_nonnull (joined.offset);
  socketio_server_socket_join (far, "r");
  socketio_server_socket_set_data (far, "n", json_node_init_int (json_node_alloc (), 7));
  socketio_socket_emit (fixture->far, "one", NULL);
  offset = read_event (peer, "one");
  break_off (fixture, peer);

  socketio_server_emit (fixture->server, "two", NULL);
  emit_to (fixture, "r", "three");
  emit_to (fixture, "s", "not");
  emit_to (fixture, joined.sid, "four");

  peer = come_back (fixture, joined.pid, offset);
  skip_event (peer, "two");
  skip_event (peer, "three");
  skip_event (peer, "four");
  read_joined (peer, &again);
  g_assert_cmpstr (again.sid, ==, joined.sid);
  g_assert_cmpstr (again.pid, ==, joined.pid);

  far = SOCKETIO_SERVER_SOCKET (fixture->far);
  g_assert_true (socketio_server_socket_is_recovered (far));
  g_object_get (far, "recovered", &recovered, NULL);
  g_assert_true (recovered);
  g_assert_cmpint (json_node_get_int (socketio_server_socket_get_data (far, "n")), ==, 7);
  rooms = socketio_server_socket_list_rooms (far);
  g_assert_cmpstr (rooms[0], ==, joined.sid);
  g_assert_cmpstr (rooms[1], ==, "r");
  socketio_server_emit (fixture->server, "five", NULL);
  skip_event (peer, "five");
  raw_websocket_free (peer);
}

/* A client that has seen no event yet has no offset to tell. */
static void
test_before_first_event (RawFixture *fixture, gconstpointer data)
{
  g_auto (Joined) joined = { NULL };
  g_auto (Joined) again = { NULL };
  RawWebsocket *peer;

  raw_listen (fixture);
  socketio_server_emit (fixture->server, "early", NULL);
  peer = join (fixture, &joined);
  break_off (fixture, peer);
  socketio_server_emit (fixture->server, "one", NULL);
  peer = come_back (fixture, joined.pid, NULL);
  skip_event (peer, "one");
  read_joined (peer, &again);
  g_assert_cmpstr (again.sid, ==, joined.sid);
  break_off (fixture, peer);

  /* Had that not arrived, it would come once more; one that knows where it was gets it no more. */
  peer = come_back (fixture, joined.pid, again.offset);
  read_joined (peer, &again);
  g_assert_cmpstr (again.sid, ==, joined.sid);
  raw_websocket_free (peer);
}

/* The server has not noticed yet that the old connection is dead. */
static void
test_replaces (RawFixture *fixture, gconstpointer data)
{
  g_auto (Joined) joined = { NULL };
  g_auto (Joined) again = { NULL };
  RawWebsocket *old = join (fixture, &joined);
  RawWebsocket *peer;

  peer = come_back (fixture, joined.pid, joined.offset);
  read_joined (peer, &again);
  g_assert_cmpstr (again.sid, ==, joined.sid);
  g_assert_cmpuint (socketio_namespace_get_n_sockets (socketio_server_of (fixture->server, "/")),
                    ==, 1);
  raw_peer_expect_end (old);
  socketio_server_emit (fixture->server, "one", NULL);
  skip_event (peer, "one");
  raw_websocket_free (old);
  raw_websocket_free (peer);
}

static void
test_given_once (RawFixture *fixture, gconstpointer data)
{
  g_auto (Joined) joined = { NULL };
  g_auto (Joined) again = { NULL };
  RawWebsocket *peer = join (fixture, &joined);

  raw_websocket_send (peer, "41");
  test_wait (!socketio_socket_is_connected (fixture->far));
  raw_websocket_free (peer);
  peer = come_back (fixture, joined.pid, joined.offset);
  read_joined (peer, &again);
  g_assert_cmpstr (again.sid, !=, joined.sid);
  g_assert_cmpstr (again.pid, !=, joined.pid);
  g_assert_false (socketio_server_socket_is_recovered (SOCKETIO_SERVER_SOCKET (fixture->far)));
  raw_websocket_free (peer);
}

/* What comes from the network is no session, and no reason to fail. */
static void
test_nonsense (RawFixture *fixture, gconstpointer data)
{
  static const char *const auths[] = {
    "{\"pid\":1}",
    "{\"pid\":null,\"offset\":\"x\"}",
    "{\"pid\":\"x\",\"offset\":{}}",
    "{\"pid\":[\"x\"]}",
    "{\"offset\":\"x\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (auths); i++)
    {
      g_auto (Joined) joined = { NULL };
      g_autoptr (RawWebsocket) peer = raw_peer_new (fixture);
      g_autofree char *text = g_strconcat ("40", auths[i], NULL);

      raw_websocket_send (peer, text);
      read_joined (peer, &joined);
    }
}

static void
on_use (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer user_data)
{
  ++*(guint *)user_data;
  socketio_admission_allow (admission);
}

static void
test_middlewares (RawFixture *fixture, gconstpointer skip)
{
  g_auto (Joined) joined = { NULL };
  g_auto (Joined) again = { NULL };
  RawWebsocket *peer;
  guint n = 0;

  g_object_set (fixture->options, "skip-middlewares", skip != NULL, NULL);
  socketio_server_use (fixture->server, on_use, &n, NULL);
  peer = join (fixture, &joined);
  g_assert_cmpuint (n, ==, 1);
  break_off (fixture, peer);
  peer = come_back (fixture, joined.pid, joined.offset);
  read_joined (peer, &again);
  g_assert_cmpstr (again.sid, ==, joined.sid);
  g_assert_cmpuint (n, ==, skip != NULL ? 1 : 2);
  raw_websocket_free (peer);
}

/* Neither one that may be lost nor one that wants an answer is kept, nor has it an offset. */
static void
test_not_kept (RawFixture *fixture, gconstpointer data)
{
  g_auto (Joined) joined = { NULL };
  RawWebsocket *peer = join (fixture, &joined);
  g_autoptr (SocketioTarget) all = socketio_server_everybody (fixture->server);
  g_autoptr (SocketioTarget) lossy = socketio_target_make_volatile (all);
  g_autoptr (Answer) answer = NULL;

  socketio_socket_emit_volatile (fixture->far, "one", NULL);
  raw_websocket_expect (peer, "42[\"one\"]");
  socketio_target_emit (lossy, "two", NULL);
  raw_websocket_expect (peer, "42[\"two\"]");
  answer = answer_new (fixture->far, "three", NULL, 0);
  raw_websocket_expect (peer, "420[\"three\"]");
  raw_websocket_send (peer, "430[]");
  answer_expect (answer, "");
  raw_websocket_free (peer);
}

static void
test_off (RawFixture *fixture, gconstpointer data)
{
  g_auto (Joined) joined = { NULL };
  g_autoptr (RawWebsocket) peer = NULL;

  g_object_set (fixture->options, "max-disconnection-duration", 0, NULL);
  peer = join (fixture, &joined);
  g_assert_null (joined.pid);
  g_assert_null (joined.offset);
  socketio_server_emit (fixture->server, "one", NULL);
  raw_websocket_expect (peer, "42[\"one\"]");
}

/* }}} */

#define add(name, data, func)                                                                      \
  g_test_add ("/socketio/recovery/" name, RawFixture, data, set_up, func, raw_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socketio/recovery/log/missed", test_missed);
  g_test_add_func ("/socketio/recovery/log/unknown-offset", test_unknown_offset);
  g_test_add_func ("/socketio/recovery/log/bounded", test_bounded);
  g_test_add_func ("/socketio/recovery/log/many-sessions", test_many_sessions);
  g_test_add_func ("/socketio/recovery/log/too-old", test_too_old);
  add ("come-back", NULL, test_come_back);
  add ("before-first-event", NULL, test_before_first_event);
  add ("replaces", NULL, test_replaces);
  add ("given-once", NULL, test_given_once);
  add ("nonsense", NULL, test_nonsense);
  add ("middlewares/run", NULL, test_middlewares);
  add ("middlewares/skipped", GINT_TO_POINTER (TRUE), test_middlewares);
  add ("not-kept", NULL, test_not_kept);
  add ("off", NULL, test_off);

  return g_test_run ();
}
