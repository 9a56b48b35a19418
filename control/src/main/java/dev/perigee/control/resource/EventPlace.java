package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import dev.perigee.core.log.LogEvent;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where an event is among those of its group: what pages are told apart by. */
record EventPlace(long millis, String pop, long sequence) {
    private static final Pattern TOKEN = Pattern.compile("([0-9]{1,18})-([A-Za-z0-9]{0,16})-([0-9]{1,18})");

    static EventPlace at(LogEvent event) {
        return new EventPlace(event.millis(), event.pop(), event.sequence());
    }

    /** Before all events of a time. */
    static EventPlace first(long millis) {
        return new EventPlace(millis, "", 0);
    }

    /** The place of a token; null of an empty one. */
    static @Nullable EventPlace of(String token) throws Refused {
        if (token.isEmpty()) return null;
        Matcher matcher = TOKEN.matcher(token);
        Refused.unless(matcher.matches(), "InvalidParameterException", "The nextToken is not one that was given out.");
        return new EventPlace(Long.parseLong(matcher.group(1)), matcher.group(2), Long.parseLong(matcher.group(3)));
    }

    String token() {
        return millis + "-" + pop + '-' + sequence;
    }

    /** Of one length, and another one for each event. */
    String id() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < 3; i++)
            id.append(String.format(Locale.ROOT, "%03d", i < pop.length() ? (int) pop.charAt(i) : 0));
        return String.format(Locale.ROOT, "%019d%s%028d", millis, id, sequence);
    }

    private int compare(LogEvent event) {
        return new LogEvent(millis, pop, sequence, "", "").compareTo(event);
    }

    boolean isBefore(LogEvent event) {
        return compare(event) < 0;
    }

    boolean isBehind(LogEvent event) {
        return compare(event) > 0;
    }
}
