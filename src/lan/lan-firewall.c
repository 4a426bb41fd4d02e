/* lan-firewall.c: whether the firewall of this machine lets others in
 *
 * firewalld is asked over the system bus, without starting it. The rules of ufw are for root alone,
 * and all that others can learn is whether it is on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-firewall.h"

#include <string.h>

/* See firewalld.dbus(5). */
#define FIREWALLD      "org.fedoraproject.FirewallD1"
#define FIREWALLD_PATH "/org/fedoraproject/FirewallD1"
#define FIREWALLD_ZONE FIREWALLD ".zone"

/* How long it may take to answer; it is asked by the way, and nobody waits for it. */
#define TIMEOUT_MSEC 5000

/* {{{ firewalld */

typedef struct
{
  GDBusConnection *bus;
  char *interface;
  guint16 port;
  char **services; /* of the zone */
  guint next; /* the service to ask for */
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_clear_object (&self->bus);
  g_free (self->interface);
  g_strfreev (self->services);
  g_free (self);
}

/* Its answer has one value. */
static void
ask (GTask *task,
     const char *interface,
     const char *method,
     const char *argument,
     const char *type,
     GAsyncReadyCallback callback)
{
  Question *self = g_task_get_task_data (task);
  GVariant *arguments = argument != NULL ? g_variant_new ("(s)", argument) : NULL;

  g_dbus_connection_call (self->bus, FIREWALLD, FIREWALLD_PATH, interface, method, arguments,
                          G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MSEC,
                          g_task_get_cancellable (task), callback, task);
}

/* No answer means that there is no firewalld, or that it does not tell us: then nothing is closed
 * as far as we know. */
static GVariant *
take_answer (GTask *task, GObject *bus, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);

  if (answer != NULL)
    return answer;

  g_debug ("firewalld: %s", error->message);
  g_task_return_boolean (task, FALSE);
  g_object_unref (task);
  return NULL;
}

/* A port is a number or a range. */
static gboolean
port_is_in (guint16 port, const char *text)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);
  guint64 first, last;

  return ends[0] != NULL &&
         g_ascii_string_to_unsigned (ends[0], 10, 0, G_MAXUINT16, &first, NULL) &&
         g_ascii_string_to_unsigned (ends[1] != NULL ? ends[1] : ends[0], 10, 0, G_MAXUINT16, &last,
                                     NULL) &&
         port >= first && port <= last;
}

/* Whether a zone or a service names our port. */
static gboolean
has_port (GVariant *settings, guint16 port)
{
  g_autoptr (GVariantIter) ports = NULL;
  const char *text, *protocol;

  if (!g_variant_lookup (settings, "ports", "a(ss)", &ports))
    return FALSE;

  while (g_variant_iter_next (ports, "(&s&s)", &text, &protocol))
    {
      if (g_str_equal (protocol, "tcp") && port_is_in (port, text))
        return TRUE;
    }
  return FALSE;
}

static void ask_next_service (GTask *task);

static void
on_service (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Question *self = g_task_get_task_data (task);
  g_autoptr (GVariant) answer = take_answer (task, bus, result);
  g_autoptr (GVariant) settings = NULL;

  if (answer == NULL)
    return;

  settings = g_variant_get_child_value (answer, 0);
  if (!has_port (settings, self->port))
    {
      ask_next_service (task);
      return;
    }

  g_task_return_boolean (task, FALSE);
  g_object_unref (task);
}

static void
ask_next_service (GTask *task)
{
  Question *self = g_task_get_task_data (task);
  const char *service = self->services != NULL ? self->services[self->next] : NULL;

  if (service != NULL)
    {
      self->next++;
      ask (task, FIREWALLD, "getServiceSettings2", service, "(a{sv})", on_service);
      return;
    }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_zone_settings (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Question *self = g_task_get_task_data (task);
  g_autoptr (GVariant) answer = take_answer (task, bus, result);
  g_autoptr (GVariant) settings = NULL;
  const char *target = "default";

  if (answer == NULL)
    return;

  settings = g_variant_get_child_value (answer, 0);
  g_variant_lookup (settings, "target", "&s", &target);
  g_variant_lookup (settings, "services", "^as", &self->services);
  if (!g_str_equal (target, "ACCEPT") && !has_port (settings, self->port))
    {
      ask_next_service (task);
      return;
    }

  g_task_return_boolean (task, FALSE);
  g_object_unref (task);
}

static void
on_default_zone (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GVariant) answer = take_answer (task, bus, result);
  const char *zone;

  if (answer == NULL)
    return;

  g_variant_get (answer, "(&s)", &zone);
  ask (task, FIREWALLD_ZONE, "getZoneSettings2", zone, "(a{sv})", on_zone_settings);
}

static void
on_zone (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GVariant) answer = take_answer (task, bus, result);
  const char *zone;

  if (answer == NULL)
    return;

  g_variant_get (answer, "(&s)", &zone);
  if (*zone != '\0')
    ask (task, FIREWALLD_ZONE, "getZoneSettings2", zone, "(a{sv})", on_zone_settings);
  else
    ask (task, FIREWALLD, "getDefaultZone", NULL, "(s)", on_default_zone);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Question *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->bus = g_bus_get_finish (result, &error);
  if (self->bus == NULL)
    {
      g_debug ("The system bus: %s", error->message);
      g_task_return_boolean (task, FALSE);
      g_object_unref (task);
      return;
    }

  /* We go on without it. */
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  ask (task, FIREWALLD_ZONE, "getZoneOfInterface", self->interface, "(s)", on_zone);
}

/**
 * lan_firewalld_ask_async:
 * @interface: the name of a network interface
 * @port: a TCP port
 * @cancellable: (nullable): what can cancel it
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks firewalld whether it keeps others out of a port: whether the zone of the interface, or else
 * the default zone, accepts all, opens the port, or opens a service that has it.
 */
void
lan_firewalld_ask_async (const char *interface,
                         guint16 port,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, lan_firewalld_ask_async);
  question->interface = g_strdup (interface);
  question->port = port;
  g_task_set_task_data (task, question, question_free);
  /* The connection is shared, and to give it up would fail who asks for it next. */
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, on_bus, task);
}

/**
 * lan_firewalld_ask_finish:
 * @result: what the callback got
 * @closed: (out): whether firewalld keeps others out; not so where there is none
 * @error: return location for an error
 *
 * Returns: %FALSE with an error if it was cancelled
 */
gboolean
lan_firewalld_ask_finish (GAsyncResult *result, gboolean *closed, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *closed = g_task_propagate_boolean (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* }}} */
/* {{{ ufw */

/**
 * lan_ufw_is_on:
 * @path: its configuration, `/etc/ufw/ufw.conf`
 *
 * Returns: whether ufw is switched on; not so where there is none
 */
gboolean
lan_ufw_is_on (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean on = FALSE;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      if (g_str_has_prefix (g_strstrip (*line), "ENABLED="))
        on = g_ascii_strcasecmp (*line + strlen ("ENABLED="), "yes") == 0;
    }
  return on;
}

/* }}} */
