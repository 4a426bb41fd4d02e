/* test-service.c: the rules of the chat, without any client
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "chat-service.h"

typedef struct
{
  ChatStore *store;
  ChatService *service;
  GString *log; /* what the service announced */
} Fixture;

static void
on_posted (ChatService *service, ChatMessage *message, gpointer user_data)
{
  Fixture *self = user_data;

  g_string_append_printf (self->log, "posted %s #%" G_GUINT64_FORMAT "; ",
                          chat_message_get_text (message), chat_message_get_serial (message));
}

static void
log_user (Fixture *self, const char *what, ChatUser *user)
{
  g_string_append_printf (self->log, "%s %s; ", what, chat_user_get_name (user));
}

static void
on_joined (ChatService *service, ChatUser *user, gpointer user_data)
{
  g_assert_true (chat_service_lookup (service, chat_user_get_id (user)) == user);
  log_user (user_data, "joined", user);
}

static void
on_left (ChatService *service, ChatUser *user, gpointer user_data)
{
  g_assert_null (chat_service_lookup (service, chat_user_get_id (user)));
  log_user (user_data, "left", user);
}

static void
on_renamed (ChatService *service, ChatUser *user, gpointer user_data)
{
  log_user (user_data, "renamed", user);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->store = chat_store_new (NULL, &error);
  g_assert_no_error (error);
  self->service = chat_service_new (self->store, "Title \"'<&>\\ 🙂");
  self->log = g_string_new (NULL);
  g_signal_connect (self->service, "posted", G_CALLBACK (on_posted), self);
  g_signal_connect (self->service, "joined", G_CALLBACK (on_joined), self);
  g_signal_connect (self->service, "left", G_CALLBACK (on_left), self);
  g_signal_connect (self->service, "renamed", G_CALLBACK (on_renamed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->service);
  g_assert_finalize_object (self->store);
  g_string_free (self->log, TRUE);
}

static void
assert_log (Fixture *self, const char *expected)
{
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

static ChatUser *
log_in (Fixture *self, const char *name, const char *secret, char **new_secret)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;
  ChatUser *user = chat_service_login (self->service, name, secret, &kept, &error);

  g_assert_no_error (error);
  g_assert_nonnull (kept);
  g_assert_cmpint (chat_user_get_kind (user), ==, CHAT_USER_RICH);
  if (new_secret != NULL)
    *new_secret = g_steal_pointer (&kept);
  return user;
}

static void
assert_no_login (Fixture *self, const char *name, const char *secret, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  g_assert_null (chat_service_login (self->service, name, secret, &kept, &error));
  g_assert_error (error, CHAT_ERROR, code);
  g_assert_null (kept);
}

static ChatUser *
enter (Fixture *self, const char *label)
{
  g_autoptr (GError) error = NULL;
  ChatUser *user = chat_service_enter (self->service, label, &error);

  g_assert_no_error (error);
  return user;
}

static void
assert_no_entry (Fixture *self, const char *label, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_service_enter (self->service, label, &error));
  g_assert_error (error, CHAT_ERROR, code);
}

static ChatMessage *
post (Fixture *self, const char *recipient, const char *text, GError **error)
{
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), text);
  g_autoptr (ChatMessage) draft = chat_message_new (0, 1, "a", "A", recipient, NULL, NULL, data);

  return chat_service_post (self->service, draft, error);
}

/* {{{ Who is here */

static void
test_identity (Fixture *self, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autofree char *same_secret = NULL;
  g_autofree char *other_secret = NULL;
  g_autofree char *id = NULL;
  g_autoptr (ChatUser) anna = log_in (self, "Anna", NULL, &secret);
  g_autoptr (ChatUser) again = NULL;
  g_autoptr (ChatUser) other = NULL;

  id = g_strdup (chat_user_get_id (anna));
  g_assert_cmpuint (strlen (id), ==, 12);
  g_assert_cmpuint (strlen (secret), ==, 32);
  g_assert_null (strpbrk (id, "+/="));
  g_assert_null (strpbrk (secret, "+/="));
  chat_service_leave (self->service, anna);
  assert_log (self, "joined Anna; left Anna; ");

  again = log_in (self, "Anne", secret, &same_secret);
  g_assert_cmpstr (chat_user_get_id (again), ==, id);
  g_assert_cmpstr (same_secret, ==, secret);
  other = log_in (self, "Carl", "no such secret", &other_secret);
  g_assert_cmpstr (chat_user_get_id (other), !=, id);
  g_assert_cmpstr (other_secret, !=, "no such secret");
  assert_log (self, "joined Anne; joined Carl; ");
}

static void
test_count (Fixture *self, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autoptr (ChatUser) one = log_in (self, "Anna", NULL, &secret);
  g_autoptr (ChatUser) two = log_in (self, "Anna", secret, NULL);
  g_autoptr (ChatUser) three = log_in (self, "Anne", secret, NULL);

  g_assert_true (one == two && two == three);
  assert_log (self, "joined Anna; renamed Anne; ");
  chat_service_leave (self->service, one);
  chat_service_leave (self->service, one);
  assert_log (self, "");
  g_assert_cmpuint (g_list_model_get_n_items (chat_service_get_users (self->service)), ==, 1);
  chat_service_leave (self->service, one);
  assert_log (self, "left Anne; ");
  chat_service_leave (self->service, one);
  assert_log (self, "");
  g_assert_cmpuint (g_list_model_get_n_items (chat_service_get_users (self->service)), ==, 0);
}

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autoptr (ChatUser) anna = log_in (self, "Anna", NULL, &secret);
  g_autoptr (ChatUser) bert G_GNUC_UNUSED = log_in (self, "Bert", NULL, NULL);
  g_autoptr (ChatUser) next = NULL;

  assert_no_login (self, "ANNA", NULL, CHAT_ERROR_NAME_TAKEN);
  assert_no_login (self, "bert", secret, CHAT_ERROR_NAME_TAKEN);
  assert_no_login (self, "", NULL, CHAT_ERROR_BAD_NAME);
  g_assert_cmpstr (chat_user_get_name (anna), ==, "Anna");

  /* One may change the case of one's own name, and what one gives up is free. */
  g_object_unref (log_in (self, "ANNA", secret, NULL));
  g_object_unref (log_in (self, "Anne", secret, NULL));
  next = log_in (self, "anna", NULL, NULL);
  assert_no_login (self, "Anna", secret, CHAT_ERROR_NAME_TAKEN);
  assert_log (self, "joined Anna; joined Bert; renamed ANNA; renamed Anne; joined anna; ");

  chat_service_leave (self->service, next);
  g_object_unref (log_in (self, "Anna", secret, NULL));
}

static void
test_labels (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatUser) anna = log_in (self, "Anna", NULL, NULL);
  g_autofree char *id = g_strdup (chat_user_get_id (anna));
  g_autofree char *longest = g_strnfill (CHAT_ID_MAX_LENGTH, 'x');
  g_autofree char *too_long = g_strnfill (CHAT_ID_MAX_LENGTH + 1, 'x');
  g_autoptr (ChatUser) one = enter (self, "printer");
  g_autoptr (ChatUser) two = enter (self, "printer");
  g_autoptr (ChatUser) odd = enter (self, "\n \xe2\x80\xae");
  g_autoptr (ChatUser) same_as_name G_GNUC_UNUSED = enter (self, "Anna");
  g_autoptr (ChatUser) last = enter (self, longest);

  g_assert_true (one == two);
  g_assert_cmpint (chat_user_get_kind (one), ==, CHAT_USER_PLAIN);
  g_assert_cmpstr (chat_user_get_id (odd), ==, "\n \xe2\x80\xae");
  g_assert_cmpstr (chat_user_get_name (odd), ==, "� �");
  g_assert_cmpint (g_utf8_strlen (chat_user_get_name (last), -1), ==, CHAT_NAME_MAX_LENGTH);

  assert_no_entry (self, id, CHAT_ERROR_ID_TAKEN);
  chat_service_leave (self->service, anna);
  assert_no_entry (self, id, CHAT_ERROR_ID_TAKEN);
  assert_no_entry (self, CHAT_RECIPIENT_ALL, CHAT_ERROR_BAD_MESSAGE);
  assert_no_entry (self, "", CHAT_ERROR_BAD_MESSAGE);
  assert_no_entry (self, too_long, CHAT_ERROR_BAD_MESSAGE);
}

/* A name for show, whatever comes. */
static void
test_name_from_label (void)
{
  g_autofree char *long_label = g_strnfill (10000000, 'x');
  const char *const names[][2] = {
    { "Anna", "Anna" },
    { "  Anna ", "Anna" },
    { "", "?" },
    { " \t", "�" },
    { "\xe3\x85\xa4", "?" },
    { "a\nb", "a�b" },
    { "\xff\xfe", "��" },
    { "\xe2\x80\x8f", "�" },
    { "a\xe2\x80\xae"
      "b",
      "a�b" },
    { "\xe2\x80\x8d", "?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = chat_name_from_label (names[i][0]);
      g_autofree char *same = chat_name_from_label (name);

      g_assert_cmpstr (name, ==, names[i][1]);
      g_assert_cmpstr (same, ==, name);
    }

  for (guint i = 0; i < 20000; i++)
    {
      char label[24] = "";
      g_autofree char *name = NULL;
      g_autofree char *normal = NULL;

      for (guint j = 0; j + 1 < G_N_ELEMENTS (label); j++)
        label[j] = g_test_rand_int_range (0, 256);
      name = chat_name_from_label (label);
      normal = chat_name_normalize (name, NULL);
      g_assert_cmpstr (normal, ==, name);
    }
  g_free (chat_name_from_label (long_label));
}

/* Thousands who come at once, and go. Were names compared one by one, this would take minutes. */
static void
test_crowd (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("Person %u", i);

      g_ptr_array_add (users, i % 2 ? log_in (self, name, NULL, NULL) : enter (self, name));
    }
  for (guint i = 0; i < users->len; i++)
    chat_service_leave (self->service, users->pdata[i]);
  g_assert_cmpuint (g_list_model_get_n_items (chat_service_get_users (self->service)), ==, 0);
}

/* }}} */
/* {{{ Messages */

static void
test_post (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) one G_GNUC_UNUSED = post (self, NULL, "one", &error);
  g_autoptr (ChatMessage) secret G_GNUC_UNUSED = post (self, "b", "secret", &error);
  g_autoptr (ChatMessage) two G_GNUC_UNUSED = post (self, CHAT_RECIPIENT_ALL, "two", &error);
  g_autoptr (GPtrArray) history = NULL;
  gboolean more;

  g_assert_no_error (error);
  assert_log (self, "posted one #1; posted secret #0; posted two #2; ");
  history = chat_service_list_history (self->service, NULL, 0, 10, &more, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (history->len, ==, 2);
  g_assert_false (more);
}

static void
post_from (Fixture *self, ChatUser *sender, ChatUser *recipient, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), text);
  g_autoptr (ChatMessage)
    draft = chat_message_new (0, 1, chat_user_get_id (sender), chat_user_get_name (sender),
                              chat_user_get_id (recipient), NULL, NULL, data);
  g_autoptr (ChatMessage) message = chat_service_post (self->service, draft, &error);

  g_assert_no_error (error);
  g_assert_nonnull (message);
}

static void
assert_history (Fixture *self, const char *reader, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) texts = g_string_new (NULL);
  gboolean more;
  g_autoptr (GPtrArray)
    history = chat_service_list_history (self->service, reader, 0, 10, &more, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < history->len; i++)
    g_string_append_printf (texts, "%s ", chat_message_get_text (history->pdata[i]));
  g_assert_cmpstr (texts->str, ==, expected);
}

/* Between people it is kept. Whoever bears the label of a plain client later, even a person by a
 * name, must not read what another one was told. */
static void
test_post_private (Fixture *self, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autofree char *known = NULL;
  g_autofree char *unknown = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatUser) anna = log_in (self, "Anna", NULL, &secret);
  g_autoptr (ChatUser) bert = log_in (self, "Bert", NULL, NULL);
  g_autoptr (ChatUser) printer = enter (self, "printer");

  g_string_truncate (self->log, 0);
  post_from (self, anna, bert, "one");
  post_from (self, printer, bert, "two");
  post_from (self, anna, printer, "three");
  post_from (self, printer, printer, "four");
  post_from (self, bert, bert, "five");
  assert_log (self,
              "posted one #1; posted two #0; posted three #0; posted four #0; posted five #2; ");

  assert_history (self, chat_user_get_id (anna), "one ");
  assert_history (self, chat_user_get_id (bert), "one five ");
  assert_history (self, chat_user_get_id (printer), "");
  assert_history (self, NULL, "");

  g_assert_true (chat_service_find_user (self->service, secret, &known, &error));
  g_assert_cmpstr (known, ==, chat_user_get_id (anna));
  g_assert_true (chat_service_find_user (self->service, "x", &unknown, &error));
  g_assert_null (unknown);
}

static void
test_post_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = NULL;
  gboolean more;

  chat_store_close (self->store);
  g_assert_null (post (self, NULL, "one", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_null (chat_service_list_history (self->service, NULL, 0, 10, &more, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  assert_no_login (self, "Anna", NULL, CHAT_ERROR_STORAGE);
  assert_no_login (self, "Anna", "secret", CHAT_ERROR_STORAGE);
  assert_no_entry (self, "anna", CHAT_ERROR_STORAGE);
  assert_log (self, "");

  message = post (self, "b", "secret", &error);
  g_assert_no_error (error);
  assert_log (self, "posted secret #0; ");
}

/* The store is pruned when nothing else is to be done, and no longer than there is something to
 * remove. */
static void
test_prune (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 count;

  for (guint i = 0; i < CHAT_STORE_DEFAULT_KEEP + 30; i++)
    g_object_unref (post (self, NULL, "x", &error));
  g_assert_no_error (error);
  g_string_truncate (self->log, 0);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  count = chat_store_count_messages (self->store, CHAT_RECIPIENT_ALL, &error);
  g_assert_cmpint (count, ==, CHAT_STORE_DEFAULT_KEEP);
}

/* It may go while it waits to prune. */
static void
test_prune_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_unref (post (self, NULL, "x", &error));
  g_assert_no_error (error);
  g_assert_finalize_object (g_steal_pointer (&self->service));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  self->service = chat_service_new (self->store, "Another");
}

/* }}} */

static void
test_title (Fixture *self, gconstpointer data)
{
  g_assert_cmpstr (chat_service_get_title (self->service), ==, "Title \"'<&>\\ 🙂");
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/chat/service/identity", test_identity);
  ADD ("/chat/service/count", test_count);
  ADD ("/chat/service/names", test_names);
  ADD ("/chat/service/labels", test_labels);
  ADD ("/chat/service/crowd", test_crowd);
  ADD ("/chat/service/post", test_post);
  ADD ("/chat/service/post/private", test_post_private);
  ADD ("/chat/service/post/fails", test_post_fails);
  ADD ("/chat/service/prune", test_prune);
  ADD ("/chat/service/prune/cancelled", test_prune_cancelled);
  ADD ("/chat/service/title", test_title);
  g_test_add_func ("/chat/name/from-label", test_name_from_label);

  return g_test_run ();
}
