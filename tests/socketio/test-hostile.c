/* test-hostile.c: peers that do what no client does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"

/* {{{ Breaches of the protocol */

typedef struct
{
  const char *name;
  const char *packets[4]; /* what the peer says; the last one is too much */
  const char *log; /* what the server's socket tells */
} Breach;

static const Breach breaches[] = {
  { "event-before-connect", { "42[\"x\"]" }, "" },
  { "ack-before-connect", { "430[]" }, "" },
  { "disconnect-before-connect", { "41" }, "" },
  { "connect-error", { "44{\"message\":\"x\"}" }, "" },
  { "event-elsewhere", { "40", "42/other,[\"x\"]" }, "far:forced close" },
  { "event-nowhere", { "40", "42/nope,[\"x\"]" }, "far:forced close" },
  { "second-connect", { "40", "42[\"x\"]", "40" }, "x() far:forced close" },
  { "connect-error-while-connected", { "40", "44{\"message\":\"x\"}" }, "far:forced close" },
  { "unknown-type", { "40", "47" }, "far:forced close" },
  { "empty", { "40", "4" }, "far:forced close" },
  { "no-array", { "40", "42{}" }, "far:forced close" },
  { "no-json", { "40", "42[" }, "far:forced close" },
  { "no-name", { "40", "42[]" }, "far:forced close" },
  { "reserved-name", { "40", "42[\"disconnect\"]" }, "far:forced close" },
  { "auth-no-object", { "40[]" }, "" },
  { "text-for-attachment",
    { "40", "451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "42[\"y\"]" },
    "far:forced close" },
  { "wrong-placeholder",
    { "40", "451-[\"x\",{\"_placeholder\":true,\"num\":1}]" },
    "far:forced close" },
  { "too-many-attachments", { "40", "4511-[\"x\"]" }, "far:forced close" },
  { "huge-ack-id", { "40", "4399999999999999999[]" }, "far:forced close" },
};

/* Each breach ends the connection, and with it the sockets in every namespace. */
static void
test_breach (RawFixture *fixture, gconstpointer data)
{
  const Breach *breach = data;
  g_autoptr (RawWebsocket) peer = NULL;

  socketio_server_of (fixture->server, "/other");
  peer = raw_peer_new (fixture);
  for (guint i = 0; breach->packets[i] != NULL; i++)
    {
      raw_websocket_send (peer, breach->packets[i]);
      if (g_str_equal (breach->packets[i], "40") && i == 0)
        raw_peer_expect_joined (peer, "40");
    }

  raw_peer_expect_end (peer);
  assert_log (fixture->log, breach->log);
  g_assert_cmpuint (socketio_server_get_n_connections (fixture->server), ==, 0);
}

static void
test_lone_binary (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  raw_websocket_send_frame (peer, ENGINEIO_FRAME_OPCODE_BINARY, TRUE, "x", 1);
  raw_peer_expect_end (peer);
  assert_log (fixture->log, "far:forced close");
}

static void
on_error (SocketioServerSocket *socket, GError *error, RawFixture *fixture)
{
  note (fixture->log, "error");
  g_assert_true (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)));
}

static void
on_error_disconnect (SocketioServerSocket *socket, GError *error, gpointer user_data)
{
  socketio_server_socket_disconnect (socket, TRUE);
}

/* What cannot be read is told before the end, which a listener may bring about itself. */
static void
test_error (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  g_autoptr (RawWebsocket) other = NULL;

  g_signal_connect (fixture->far, "error", G_CALLBACK (on_error), fixture);
  raw_websocket_send (peer, "42{}");
  raw_peer_expect_end (peer);
  assert_log (fixture->log, "error far:forced close");

  other = raw_peer_new_joined (fixture);
  g_signal_connect (fixture->far, "error", G_CALLBACK (on_error_disconnect), NULL);
  raw_websocket_send (other, "42{}");
  test_wait (socketio_server_get_n_connections (fixture->server) == 0);
  assert_log (fixture->log, "far:server namespace disconnect");
}

/* }}} */
/* {{{ Asking to join */

static void
keep (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer kept)
{
  g_ptr_array_add (kept, g_object_ref (admission));
}

/* While it is decided whether somebody may join, there is one question and no more. */
static void
check_while_pending (RawFixture *fixture, const char *packet)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (RawWebsocket) peer = NULL;

  socketio_namespace_use (socketio_server_of (fixture->server, "/"), keep, kept, NULL);
  peer = raw_peer_new (fixture);
  raw_websocket_send (peer, "40");
  test_wait (kept->len == 1);
  raw_websocket_send (peer, packet);
  raw_websocket_send (peer, packet);
  raw_peer_expect_end (peer);
  g_assert_cmpuint (kept->len, ==, 1);

  socketio_admission_allow (kept->pdata[0]);
  test_settle ();
  g_assert_null (fixture->far);
}

static void
test_connect_while_pending (RawFixture *fixture, gconstpointer data)
{
  check_while_pending (fixture, "40");
}

static void
test_event_while_pending (RawFixture *fixture, gconstpointer data)
{
  check_while_pending (fixture, "42[\"x\"]");
}

static void
test_disconnect_while_pending (RawFixture *fixture, gconstpointer data)
{
  check_while_pending (fixture, "41");
}

static void
refuse (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer user_data)
{
  socketio_admission_refuse (admission, "no", NULL);
}

/* Who was not let in has nothing to say either, but may ask again. */
static void
test_event_after_refusal (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;

  socketio_namespace_use (socketio_server_of (fixture->server, "/"), refuse, NULL, NULL);
  peer = raw_peer_new (fixture);
  for (guint i = 0; i < 3; i++)
    {
      raw_websocket_send (peer, "40");
      raw_websocket_expect (peer, "44{\"message\":\"no\"}");
    }
  raw_websocket_send (peer, "42[\"x\"]");
  raw_peer_expect_end (peer);
}

/* Asking for what there is not costs the server nothing that stays. */
#define N_UNKNOWN      10000
#define UNKNOWN_GROWTH (8 * 1024 * 1024)

static void
test_unknown_namespaces (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  gsize before = test_get_memory ();

  for (guint i = 0; i < N_UNKNOWN; i++)
    {
      g_autofree char *ask = g_strdup_printf ("40/%0200u,", i);
      g_autofree char *answer = g_strdup_printf ("44/%0200u,{\"message\":\"Invalid namespace\"}",
                                                 i);

      raw_websocket_send (peer, ask);
      if (i % 100 == 0)
        raw_websocket_expect (peer, answer);
      else
        raw_frame_free (raw_websocket_receive (peer));
    }
  g_assert_cmpuint (test_get_memory (), <, before + UNKNOWN_GROWTH);
  g_assert_true (socketio_socket_is_connected (fixture->far));
}

/* One that asks and never reads is closed by the limit of its queue. */
static void
test_unread_refusals (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;

  g_object_set (fixture->options, "max-queue-packets", 64, NULL);
  peer = raw_peer_new_joined (fixture);
  for (guint i = 0; i < 1000; i++)
    raw_websocket_send (peer, "40/nope,");
  test_wait (socketio_server_get_n_connections (fixture->server) == 0);
  assert_log (fixture->log, "far:transport error");
}

/* }}} */
/* {{{ Events */

/* The number of the next quark; asking makes one. */
static guint
next_quark (void)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("a quark of the test: %u", n++);

  return g_quark_from_string (name);
}

/* The names of events are the peer's to choose: they must not be remembered. */
static void
test_names (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  guint quark = next_quark ();

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *event = g_strdup_printf ("42[\"name %u\"]", i);

      raw_websocket_send (peer, event);
    }
  raw_websocket_send (peer, "421[\"last\"]");
  raw_websocket_expect (peer, "431[]");
  g_assert_true (g_str_has_suffix (fixture->log->str, "name 999() last() "));
  g_assert_cmpuint (next_quark (), ==, quark + 1);
}

static void
test_long_name (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  g_autofree char *name = g_strnfill (900 * 1000, 'n');
  g_autofree char *event = g_strdup_printf ("421[\"%s\"]", name);
  guint quark = next_quark ();

  raw_websocket_send (peer, event);
  raw_websocket_expect (peer, "431[]");
  g_assert_cmpuint (fixture->log->len, ==, strlen (name) + 3);
  g_assert_cmpuint (next_quark (), ==, quark + 1);
}

/* Answers that nobody waits for. */
static void
test_acks (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  g_autoptr (Answer) answer = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *ack = g_strdup_printf ("43%u[%u]", i, i);

      raw_websocket_send (peer, ack);
    }
  raw_websocket_send (peer, "439007199254740991[]");
  raw_websocket_send (peer, "429007199254740991[\"x\"]");
  raw_websocket_expect (peer, "439007199254740991[]");

  answer = answer_new (fixture->far, "y", NULL, 0);
  raw_websocket_expect (peer, "420[\"y\"]");
  raw_websocket_send (peer, "431[\"wrong\"]");
  raw_websocket_send (peer, "430[\"right\"]");
  raw_websocket_send (peer, "430[\"again\"]");
  answer_expect (answer, "\"right\"");
  g_assert_true (socketio_socket_is_connected (fixture->far));
}

/* Attachments that never come are waited for as long as the peer is alive, and forgotten with
 * it. */
static void
test_missing_attachments (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  raw_websocket_send (peer, "452-[\"x\",{\"_placeholder\":true,\"num\":0}]");
  raw_websocket_send_frame (peer, ENGINEIO_FRAME_OPCODE_BINARY, TRUE, "one", 3);
  test_settle ();
  assert_log (fixture->log, "");

  test_skip_time (25000);
  raw_websocket_expect (peer, "2");
  test_skip_time (20000);
  assert_log (fixture->log, "far:ping timeout");
}

/* }}} */
/* {{{ Time */

static void
test_connect_timeout (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;

  g_object_set (fixture->options, "connect-timeout", 5000, NULL);
  peer = raw_peer_new (fixture);
  raw_websocket_send (peer, "40/nope,");
  raw_websocket_expect (peer, "44/nope,{\"message\":\"Invalid namespace\"}");
  test_skip_time (4000);
  g_assert_cmpuint (socketio_server_get_n_connections (fixture->server), ==, 1);
  test_skip_time (1000);
  raw_peer_expect_end (peer);
  g_assert_cmpuint (socketio_server_get_n_connections (fixture->server), ==, 0);
}

/* Who waits to be let in has not joined. */
static void
test_pending_timeout (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (RawWebsocket) peer = NULL;

  g_object_set (fixture->options, "connect-timeout", 5000, NULL);
  socketio_namespace_use (socketio_server_of (fixture->server, "/"), keep, kept, NULL);
  peer = raw_peer_new (fixture);
  raw_websocket_send (peer, "40");
  test_wait (kept->len == 1);
  test_skip_time (5000);
  raw_peer_expect_end (peer);
}

/* Who has joined once has kept the time, even if it left again. */
static void
test_joined_in_time (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;

  g_object_set (fixture->options, "connect-timeout", 5000, NULL);
  peer = raw_peer_new_joined (fixture);
  raw_websocket_send (peer, "41");
  test_settle ();
  assert_log (fixture->log, "far:client namespace disconnect");
  test_skip_time (5000);
  raw_websocket_send (peer, "40");
  raw_peer_expect_joined (peer, "40");
}

/* {{{ Names that are left behind */

#define N_LEFT 150

static void
join_and_leave (RawWebsocket *peer, guint i)
{
  g_autofree char *join = g_strdup_printf ("40/dyn-%u,", i);
  g_autofree char *leave = g_strdup_printf ("41/dyn-%u,", i);

  raw_websocket_send (peer, join);
  raw_peer_expect_joined (peer, join);
  raw_websocket_send (peer, leave);
}

/* What comes late for a namespace that was left is no breach, but a peer may not have each name
 * remembered that it makes up. */
static void
test_names_left (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (GRegex) pattern = g_regex_new ("^/dyn-", 0, 0, NULL);
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  socketio_server_of_pattern (fixture->server, pattern);
  for (guint i = 0; i < N_LEFT; i++)
    join_and_leave (peer, i);
  raw_websocket_send (peer, "42/dyn-0,[\"late\"]");
  join_and_leave (peer, 0);
  raw_websocket_send (peer, "42/dyn-149,[\"late\"]");
  raw_peer_expect_end (peer);
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (breaches); i++)
    {
      g_autofree char *path = g_strconcat ("/socketio/hostile/breach/", breaches[i].name, NULL);

      raw_test_add (path, &breaches[i], test_breach);
    }
  raw_test_add ("/socketio/hostile/breach/lone-binary", NULL, test_lone_binary);
  raw_test_add ("/socketio/hostile/error", NULL, test_error);
  raw_test_add ("/socketio/hostile/connect-while-pending", NULL, test_connect_while_pending);
  raw_test_add ("/socketio/hostile/event-while-pending", NULL, test_event_while_pending);
  raw_test_add ("/socketio/hostile/disconnect-while-pending", NULL, test_disconnect_while_pending);
  raw_test_add ("/socketio/hostile/names-left", NULL, test_names_left);
  raw_test_add ("/socketio/hostile/event-after-refusal", NULL, test_event_after_refusal);
  raw_test_add ("/socketio/hostile/unknown-namespaces", NULL, test_unknown_namespaces);
  raw_test_add ("/socketio/hostile/unread-refusals", NULL, test_unread_refusals);
  raw_test_add ("/socketio/hostile/names", NULL, test_names);
  raw_test_add ("/socketio/hostile/long-name", NULL, test_long_name);
  raw_test_add ("/socketio/hostile/acks", NULL, test_acks);
  raw_test_add ("/socketio/hostile/missing-attachments", NULL, test_missing_attachments);
  raw_test_add ("/socketio/hostile/connect-timeout", NULL, test_connect_timeout);
  raw_test_add ("/socketio/hostile/pending-timeout", NULL, test_pending_timeout);
  raw_test_add ("/socketio/hostile/joined-in-time", NULL, test_joined_in_time);

  return g_test_run ();
}
