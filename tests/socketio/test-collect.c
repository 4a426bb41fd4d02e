/* test-collect.c: an event to many, and the answers of all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "trio.h"

typedef struct
{
  GPtrArray *responses;
  GError *error;
  gboolean done;
} Collected;

static void
on_collected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Collected *collected = user_data;
  gboolean all;

  g_assert_true (SOCKETIO_IS_NAMESPACE (source));
  g_assert_false (collected->done);
  all = socketio_target_emit_with_ack_finish (result, &collected->responses, &collected->error);
  g_assert_true (all == (collected->error == NULL));
  collected->done = TRUE;
}

/* Takes @target. */
static Collected *
collect (SocketioTarget *target, const char *name, GCancellable *cancellable)
{
  Collected *collected = g_new0 (Collected, 1);

  socketio_target_emit_with_ack_async (target, name, NULL, cancellable, on_collected, collected);
  socketio_target_unref (target);
  g_assert_false (collected->done);
  return collected;
}

static SocketioTarget *
with_timeout (SocketioTarget *target, guint timeout)
{
  SocketioTarget *limited = socketio_target_timeout (target, timeout);

  socketio_target_unref (target);
  return limited;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* The answers have no order: they are sorted. Frees @collected. */
static void
expect (Collected *collected, const char *expected, int code)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  test_wait (collected->done);
  for (guint i = 0; i < collected->responses->len; i++)
    g_ptr_array_add (texts, format_arguments (collected->responses->pdata[i]));
  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);
  text = g_strjoinv (" ", (char **)texts->pdata);
  g_assert_cmpstr (text, ==, expected);
  if (code < 0)
    g_assert_no_error (collected->error);
  else
    g_assert_error (collected->error, SOCKETIO_ERROR, code);

  g_clear_error (&collected->error);
  g_ptr_array_unref (collected->responses);
  g_free (collected);
}

static void
on_ask (SocketioSocket *socket,
        const char *name,
        SocketioArguments *arguments,
        SocketioAck *ack,
        gpointer letter)
{
  g_autoptr (SocketioArguments) answer = socketio_arguments_new_string (letter);

  socketio_ack_send (ack, answer);
}

static const char *const letters[] = { "a", "b", "c" };

static void
answer_all (Trio *trio, guint n)
{
  for (guint i = 0; i < n; i++)
    socketio_socket_on (trio->near[i], "ask", on_ask, (gpointer)letters[i], NULL);
}

static void
test_all (Trio *trio, gconstpointer data)
{
  answer_all (trio, 3);
  expect (collect (socketio_server_everybody (trio->server), "ask", NULL), "\"a\" \"b\" \"c\"", -1);
  expect (collect (socketio_namespace_everybody (trio->namespace_), "ask", NULL),
          "\"a\" \"b\" \"c\"", -1);
  expect (collect (socketio_server_socket_broadcast (trio->far[0]), "ask", NULL), "\"b\" \"c\"",
          -1);
  expect (collect (socketio_server_except (trio->server, trio_id (trio, 1)), "ask", NULL),
          "\"a\" \"c\"", -1);
  expect (collect (socketio_server_to (trio->server, trio_id (trio, 2)), "ask", NULL), "\"c\"", -1);
}

static void
test_nobody (Trio *trio, gconstpointer data)
{
  expect (collect (socketio_server_to (trio->server, "nowhere"), "ask", NULL), "", -1);
}

static void
test_timeout (Trio *trio, gconstpointer data)
{
  answer_all (trio, 2);
  expect (collect (with_timeout (socketio_server_everybody (trio->server), 50), "ask", NULL),
          "\"a\" \"b\"", SOCKETIO_ERROR_TIMED_OUT);
}

static void
keep_ack (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  g_set_object ((SocketioAck **)user_data, ack);
}

/* A late answer is no other broadcast's. */
static void
test_late (Trio *trio, gconstpointer data)
{
  g_autoptr (SocketioAck) ack = NULL;

  answer_all (trio, 2);
  socketio_socket_on (trio->near[2], "ask", keep_ack, &ack, NULL);
  expect (collect (with_timeout (socketio_server_everybody (trio->server), 50), "ask", NULL),
          "\"a\" \"b\"", SOCKETIO_ERROR_TIMED_OUT);
  socketio_ack_send (ack, NULL);
  test_settle ();
  expect (collect (with_timeout (socketio_server_everybody (trio->server), 50), "ask", NULL),
          "\"a\" \"b\"", SOCKETIO_ERROR_TIMED_OUT);
}

/* One who leaves keeps nobody waiting. */
static void
test_left (Trio *trio, gconstpointer data)
{
  Collected *collected = collect (socketio_server_everybody (trio->server), "ask", NULL);

  answer_all (trio, 2);
  trio_drop (trio, 2);
  expect (collected, "\"a\" \"b\"", SOCKETIO_ERROR_DISCONNECTED);
}

static SocketioTarget *
volatile_everybody (Trio *trio)
{
  g_autoptr (SocketioTarget) everybody = socketio_server_everybody (trio->server);

  return socketio_target_make_volatile (everybody);
}

/* What was dropped for something behind it is not awaited. Neither is what was dropped at once. */
static void
test_dropped (Trio *trio, gconstpointer data)
{
  g_autofree char *text = g_strnfill (5 * 1024 * 1024, 'x');
  g_autoptr (SocketioArguments) large = socketio_arguments_new_string (text);
  Collected *later;
  Collected *at_once;

  answer_all (trio, 3);
  later = collect (volatile_everybody (trio), "ask", NULL);
  socketio_socket_emit (SOCKETIO_SOCKET (trio->far[0]), "large", large);
  socketio_socket_emit (SOCKETIO_SOCKET (trio->far[2]), "large", large);
  at_once = collect (volatile_everybody (trio), "ask", NULL);
  expect (later, "\"b\"", -1);
  expect (at_once, "\"b\"", -1);
  expect (collect (volatile_everybody (trio), "ask", NULL), "\"a\" \"b\" \"c\"", -1);
}

/* Dropped for all: nobody is awaited. */
static void
test_all_dropped (Trio *trio, gconstpointer data)
{
  g_autofree char *text = g_strnfill (5 * 1024 * 1024, 'x');
  g_autoptr (SocketioArguments) large = socketio_arguments_new_string (text);
  Collected *collected = collect (volatile_everybody (trio), "ask", NULL);

  socketio_server_emit (trio->server, "large", large);
  expect (collected, "", -1);
}

static void
test_cancelled (Trio *trio, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Collected *collected;

  collected = collect (socketio_server_everybody (trio->server), "ask", cancellable);
  test_settle ();
  g_assert_false (collected->done);
  g_cancellable_cancel (cancellable);
  test_wait (collected->done);
  g_assert_error (collected->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&collected->error);
  g_ptr_array_unref (collected->responses);
  g_free (collected);
}

/* Answers to many and to one do not get mixed up. */
static void
test_beside (Trio *trio, gconstpointer data)
{
  Collected *collected;
  g_autoptr (Answer) answer = NULL;

  answer_all (trio, 3);
  answer = answer_new (SOCKETIO_SOCKET (trio->far[0]), "ask", NULL, 0);
  collected = collect (socketio_server_everybody (trio->server), "ask", NULL);
  answer_expect (answer, "\"a\"");
  expect (collected, "\"a\" \"b\" \"c\"", -1);
}

static void
test_reserved (Trio *trio, gconstpointer data)
{
  static const char *const names[] = { "connect",       "connect_error", "disconnect",
                                       "disconnecting", "newListener",   "removeListener" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Answer) answer = answer_new (trio->near[0], names[i], NULL, 0);

      g_assert_false (socketio_server_emit (trio->server, names[i], NULL));
      g_assert_false (socketio_socket_emit (trio->near[0], names[i], NULL));
      g_assert_false (socketio_socket_emit_full (SOCKETIO_SOCKET (trio->far[0]), names[i], NULL,
                                                 SOCKETIO_SEND_DEFAULT, &error));
      g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_RESERVED);
      expect (collect (socketio_server_everybody (trio->server), names[i], NULL), "",
              SOCKETIO_ERROR_RESERVED);
      answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_RESERVED);
    }
  g_assert_true (socketio_server_emit (trio->server, "Connect", NULL));
  test_settle ();
}

/* Nothing is left behind when the server goes first. */
static void
test_server_gone (Trio *trio, gconstpointer data)
{
  Collected *collected = collect (socketio_server_everybody (trio->server), "ask", NULL);

  socketio_server_close (trio->server);
  expect (collected, "", SOCKETIO_ERROR_DISCONNECTED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  trio_test_add ("/socketio/collect/all", test_all);
  trio_test_add ("/socketio/collect/nobody", test_nobody);
  trio_test_add ("/socketio/collect/timeout", test_timeout);
  trio_test_add ("/socketio/collect/late", test_late);
  trio_test_add ("/socketio/collect/left", test_left);
  trio_test_add ("/socketio/collect/dropped", test_dropped);
  trio_test_add ("/socketio/collect/all-dropped", test_all_dropped);
  trio_test_add ("/socketio/collect/cancelled", test_cancelled);
  trio_test_add ("/socketio/collect/beside", test_beside);
  trio_test_add ("/socketio/collect/reserved", test_reserved);
  trio_test_add ("/socketio/collect/server-gone", test_server_gone);

  return g_test_run ();
}
