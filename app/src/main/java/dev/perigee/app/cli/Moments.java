package dev.perigee.app.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Times as users write them, in UTC: a day, or a day and a time. */
final class Moments {
    private Moments() {}

    /** The moment; null for null. */
    static @Nullable Instant of(@Nullable String text, CommandSpec spec) {
        if (text == null) return null;
        try {
            return text.length() <= "2026-11-26".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : LocalDateTime.parse(text.replace(' ', 'T').replaceFirst("Z$", ""))
                            .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new ParameterException(spec.commandLine(), text + " is not a time such as 2026-11-26T07:00", e);
        }
    }
}
