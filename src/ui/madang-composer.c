/* madang-composer.c: where messages are written
 *
 * To all, or to the person chosen. Whom a message goes to changes only when the user says so: who
 * was chosen and has left stays chosen, or what was meant for one would go to all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-composer.h"

#include <glib/gi18n.h>

struct _MadangComposer
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  GtkImage *lock;
  GtkLabel *to_label;
  GtkButton *all_button;
  GtkTextView *text_view;
  GtkTextBuffer *buffer;
  GtkLabel *placeholder;
  GtkButton *send_button;

  /* Owned */
  MadangSession *session;
  GSignalGroup *client_signals;
  GSignalGroup *users_signals;
  char *recipient;
  char *recipient_name; /* to be told when it is not here any more */
};

enum
{
  PROP_0,
  PROP_RECIPIENT,
  N_PROPERTIES,
};

enum
{
  FAILED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MadangComposer, madang_composer, GTK_TYPE_WIDGET)

/* {{{ What can be done */

static char *
dup_text (MadangComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static gboolean
is_blank (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (!g_unichar_isspace (g_utf8_get_char (c)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_connected (MadangComposer *self)
{
  return self->session != NULL &&
         chat_client_get_state (madang_session_get_client (self->session)) == CHAT_CLIENT_CONNECTED;
}

static void
madang_composer_update_send (MadangComposer *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *text == '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send",
                                 is_connected (self) && !is_blank (text));
}

static void
on_text_changed (MadangComposer *self)
{
  madang_composer_update_send (self);
}

/* }}} */
/* {{{ To whom */

static gboolean
is_private (MadangComposer *self)
{
  return !g_str_equal (self->recipient, CHAT_RECIPIENT_ALL);
}

static gboolean
is_away (MadangComposer *self)
{
  ChatClient *client = self->session != NULL ? madang_session_get_client (self->session) : NULL;

  return client != NULL && is_private (self) && !chat_client_is_plain (client) &&
         chat_client_lookup_user (client, self->recipient) == NULL;
}

static void
madang_composer_update_recipient (MadangComposer *self)
{
  g_autofree char *text = NULL;

  if (self->session != NULL && !is_away (self))
    {
      g_free (self->recipient_name);
      self->recipient_name = madang_session_dup_name (self->session, self->recipient);
    }

  text = g_strdup_printf (is_away (self)
                            /* Translators: whom a message goes to, who has left */
                            ? _ ("To: %s (gone)")
                            /* Translators: whom a message goes to */
                            : _ ("To: %s"),
                          self->recipient_name != NULL ? self->recipient_name : "");
  gtk_label_set_label (self->to_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->lock), is_private (self));
  gtk_widget_set_visible (GTK_WIDGET (self->all_button), is_private (self));
}

/**
 * madang_composer_get_recipient:
 * @self: a composer
 *
 * Returns: the id of who gets the next message, or %CHAT_RECIPIENT_ALL
 */
const char *
madang_composer_get_recipient (MadangComposer *self)
{
  return self->recipient;
}

/**
 * madang_composer_set_recipient:
 * @self: a composer
 * @id: a user's id, or %CHAT_RECIPIENT_ALL
 *
 * Chooses who gets the next message.
 */
void
madang_composer_set_recipient (MadangComposer *self, const char *id)
{
  if (g_strcmp0 (self->recipient, id) == 0)
    return;

  g_free (self->recipient);
  self->recipient = g_strdup (id);
  madang_composer_update_recipient (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECIPIENT]);
}

static void
on_write_to_all (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangComposer *self = MADANG_COMPOSER (widget);

  madang_composer_set_recipient (self, CHAT_RECIPIENT_ALL);
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/* }}} */
/* {{{ Sending */

typedef struct
{
  MadangComposer *composer;
  char *text;
} Post;

static void
post_free (Post *post)
{
  g_object_unref (post->composer);
  g_free (post->text);
  g_free (post);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Post, post_free)

/* What could not be sent is given back, before what was written since. */
static void
madang_composer_give_back (MadangComposer *self, const char *text)
{
  g_autofree char *now = dup_text (self);
  g_autofree char *both = is_blank (now) ? g_strdup (text) : g_strjoin ("\n", text, now, NULL);

  gtk_text_buffer_set_text (self->buffer, both, -1);
}

static void
on_posted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Post) post = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *problem = NULL;

  if (chat_client_post_finish (CHAT_CLIENT (source), result, &error) ||
      post->composer->content == NULL)
    return;

  madang_composer_give_back (post->composer, post->text);
  /* Translators: why a message was not sent */
  problem = g_strdup_printf (_ ("Not sent: %s"), error->message);
  g_signal_emit (post->composer, signals[FAILED], 0, problem);
}

static void
on_send (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangComposer *self = MADANG_COMPOSER (widget);
  Post *post;

  post = g_new0 (Post, 1);
  post->composer = g_object_ref (self);
  post->text = dup_text (self);
  gtk_text_buffer_set_text (self->buffer, "", -1);
  chat_client_post_async (madang_session_get_client (self->session), self->recipient, post->text,
                          NULL, on_posted, post);
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/* Enter sends, unless an input method needs it to finish a syllable. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint key,
                guint code,
                GdkModifierType modifiers,
                MadangComposer *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter) ||
      (modifiers & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;

  if (!gtk_text_view_im_context_filter_keypress (self->text_view, event))
    gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
  return TRUE;
}

/* }}} */
/* {{{ The object */

/**
 * madang_composer_set_session:
 * @self: a composer
 * @session: (nullable): a session
 *
 * Writes to the chat of @session. What is written already stays.
 */
void
madang_composer_set_session (MadangComposer *self, MadangSession *session)
{
  ChatClient *client = session != NULL ? madang_session_get_client (session) : NULL;

  g_set_object (&self->session, session);
  g_signal_group_set_target (self->client_signals, client);
  g_signal_group_set_target (self->users_signals,
                             client != NULL ? chat_client_get_users (client) : NULL);
  madang_composer_set_recipient (self, CHAT_RECIPIENT_ALL);
  madang_composer_update_recipient (self);
  madang_composer_update_send (self);
}

/**
 * madang_composer_begin:
 * @self: a composer
 *
 * Puts the focus where to write.
 */
void
madang_composer_begin (MadangComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static void
madang_composer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_RECIPIENT:
      g_value_set_string (value, MADANG_COMPOSER (object)->recipient);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
madang_composer_dispose (GObject *object)
{
  MadangComposer *self = MADANG_COMPOSER (object);

  g_clear_object (&self->client_signals);
  g_clear_object (&self->users_signals);
  g_clear_object (&self->session);
  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_composer_parent_class)->dispose (object);
}

static void
madang_composer_finalize (GObject *object)
{
  MadangComposer *self = MADANG_COMPOSER (object);

  g_free (self->recipient);
  g_free (self->recipient_name);

  G_OBJECT_CLASS (madang_composer_parent_class)->finalize (object);
}

static void
madang_composer_class_init (MadangComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = madang_composer_get_property;
  object_class->dispose = madang_composer_dispose;
  object_class->finalize = madang_composer_finalize;

  /**
   * MadangComposer:recipient:
   *
   * The id of who gets the next message, or %CHAT_RECIPIENT_ALL.
   */
  properties[PROP_RECIPIENT] = g_param_spec_string ("recipient", NULL, NULL, CHAT_RECIPIENT_ALL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * MadangComposer::failed:
   * @composer: the composer
   * @problem: why, in the user's language
   *
   * A message could not be sent; its text is back in the entry.
   */
  signals[FAILED] = g_signal_new ("failed", MADANG_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, content);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, lock);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, to_label);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, all_button);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, text_view);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, MadangComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, on_text_changed);
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, on_send);
  gtk_widget_class_install_action (widget_class, "composer.write-to-all", NULL, on_write_to_all);
}

static void
madang_composer_init (MadangComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->recipient = g_strdup (CHAT_RECIPIENT_ALL);
  self->client_signals = g_signal_group_new (CHAT_TYPE_CLIENT);
  g_signal_group_connect_swapped (self->client_signals, "notify::state",
                                  G_CALLBACK (madang_composer_update_send), self);
  self->users_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->users_signals, "items-changed",
                                  G_CALLBACK (madang_composer_update_recipient), self);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), keys);
  madang_composer_set_session (self, NULL);
}

/* }}} */
