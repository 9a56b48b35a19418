package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.KeyFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.access.DebugPass;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header with which one URL is explained while it is served.
 *
 * @param value good until {@code expires}
 */
record SignedHeader(String value, Instant expires) {
    private static final Pattern URL = Pattern.compile(
            "https?://(\\[[0-9a-f:.]+]|[^/?#@:\\[]+)(?::[0-9]*)?([^#]*)(?:#.*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,5})([smh]?)");

    /**
     * Makes it with the key of the folder.
     *
     * @param span such as {@code 10m}
     * @throws IllegalArgumentException with a line for the user
     */
    static SignedHeader of(SystemFolder folder, String url, String span, Instant now) throws IOException {
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || !url.chars().allMatch(c -> c > ' ' && c < 127))
            throw new IllegalArgumentException(
                    "what is signed must be an encoded URL of http or https, not '" + url + "'");
        String target = parts.group(2);
        if (!target.startsWith("/")) target = "/" + target;
        String host = parts.group(1).toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) host = host.substring(0, host.length() - 1);
        Instant expires = Instant.ofEpochSecond(now.getEpochSecond()).plus(span(span));
        return new SignedHeader(passes(folder).issue(host, target, expires.getEpochSecond()), expires);
    }

    private static DebugPass passes(SystemFolder folder) throws IOException {
        try {
            return new DebugPass(
                    KeyFile.read(folder.debugKeyFile(), DebugPass.KEY_BYTES, "no debug header can be made"));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "no system has run in " + folder.root() + " yet; start one with ./perigee up --detach", e);
        }
    }

    private static Duration span(String text) {
        Matcher parts = SPAN.matcher(text);
        if (!parts.matches())
            throw new IllegalArgumentException("--valid-for is such as 30s, 10m or 2h, not '" + text + "'");
        long count = Long.parseLong(parts.group(1));
        Duration span = switch (parts.group(2)) {
            case "h" -> Duration.ofHours(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofSeconds(count);
        };
        if (span.isZero() || span.toSeconds() > DebugPass.VALID_SECONDS_MAX)
            throw new IllegalArgumentException("--valid-for is from 1s to 24h, not '" + text + "'");
        return span;
    }

    /** As curl takes it after -H. */
    String line() {
        return DebugPass.HEADER + ": " + value;
    }

    ObjectNode document(String url) {
        ObjectNode document = AdminCall.object().put("url", url);
        return document.put("header", DebugPass.HEADER).put("value", value).put("expires", expires.toString());
    }

    /** It is as good as a password, and is not shown by chance. */
    @Override
    public String toString() {
        return "SignedHeader[until " + expires + "]";
    }
}
