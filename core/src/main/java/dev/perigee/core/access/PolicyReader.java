package dev.perigee.core.access;

import dev.perigee.core.address.AddressRanges;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy statement, which is JSON of one shape. A name that is not in the documentation makes it malformed, and so does
 * one that comes twice: to pass over a condition that its author meant would grant more than was signed.
 */
final class PolicyReader {
    static final int OCTETS_MAX = 8192;

    private final String text;
    private int at;

    private @Nullable String resource;
    private @Nullable String address;
    private long after = AccessPolicy.ALWAYS;
    private long before = AccessPolicy.ALWAYS;

    private PolicyReader(String text) {
        this.text = text;
    }

    /** Says that the text is malformed; without a trace, for it says nothing of the program. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }

    /** A member of an object, whose name was read. */
    private interface Member {
        void read(String name) throws Malformed;
    }

    /** The statement, or null when the text is not one. */
    static @Nullable AccessPolicy read(byte[] octets) {
        if (octets.length > OCTETS_MAX) return null;
        try {
            return new PolicyReader(new String(octets, StandardCharsets.UTF_8)).policy();
        } catch (Malformed malformed) {
            return null;
        }
    }

    private AccessPolicy policy() throws Malformed {
        object(name -> {
            require(name.equals("Statement"));
            if (next() == '[') {
                at++;
                object(this::statementMember);
                expect(']');
            } else {
                object(this::statementMember);
            }
        });
        require(next() == 0 && at == text.length());
        require(before != AccessPolicy.ALWAYS);
        ResourcePattern pattern = resource == null ? null : ResourcePattern.parse(octets(resource));
        AddressRanges range = address == null ? null : network(address);
        require((resource == null) == (pattern == null) && (address == null) == (range == null));
        return new AccessPolicy(pattern, after, before, range);
    }

    /** Of a single address, or of a network in CIDR notation; null when it is neither. */
    private static @Nullable AddressRanges network(String text) {
        try {
            return AddressRanges.ofNetworks(List.of(text));
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** As requests have them: an octet of UTF-8 per character. */
    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private void statementMember(String name) throws Malformed {
        switch (name) {
            case "Resource" -> resource = string();
            case "Condition" -> object(this::conditionMember);
            default -> throw new Malformed();
        }
    }

    private void conditionMember(String name) throws Malformed {
        switch (name) {
            case "DateLessThan" -> before = only("AWS:EpochTime", this::number);
            case "DateGreaterThan" -> after = only("AWS:EpochTime", this::number);
            case "IpAddress" -> address = only("AWS:SourceIp", this::string);
            default -> throw new Malformed();
        }
    }

    /** How a value is read. */
    private interface Value<T> {
        T read() throws Malformed;
    }

    /** The value of an object with one member. */
    private <T> T only(String name, Value<T> value) throws Malformed {
        expect('{');
        require(string().equals(name));
        expect(':');
        T read = value.read();
        expect('}');
        return read;
    }

    private void object(Member member) throws Malformed {
        expect('{');
        StringBuilder seen = new StringBuilder("\n");
        do {
            String name = string();
            require(seen.indexOf('\n' + name + '\n') < 0);
            seen.append(name).append('\n');
            expect(':');
            member.read(name);
        } while (skip(','));
        expect('}');
    }

    private long number() throws Malformed {
        next();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        long seconds = AccessPolicy.seconds(text.substring(start, at));
        require(seconds >= 0);
        return seconds;
    }

    private String string() throws Malformed {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = take();
            if (c == '"') return value.toString();
            require(c >= ' ');
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws Malformed {
        char c = take();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    char digit = take();
                    int value = digit < 128 ? Character.digit(digit, 16) : -1;
                    require(value >= 0);
                    code = code * 16 + value;
                }
                yield (char) code;
            }
            default -> throw new Malformed();
        };
    }

    private char take() throws Malformed {
        require(at < text.length());
        return text.charAt(at++);
    }

    /** The next character that is no white space, not yet taken; 0 at the end. */
    private char next() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return c;
            at++;
        }
        return 0;
    }

    private boolean skip(char wanted) {
        if (next() != wanted) return false;
        at++;
        return true;
    }

    private void expect(char wanted) throws Malformed {
        require(skip(wanted));
    }

    private static void require(boolean good) throws Malformed {
        if (!good) throw new Malformed();
    }
}
