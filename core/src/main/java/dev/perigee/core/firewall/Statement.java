package dev.perigee.core.firewall;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a rule looks for, in the terms of the WAFv2 API. */
public sealed interface Statement {
    /** Octets at a place (ByteMatchStatement); the text has an octet per character. */
    record Octets(Component component, List<Transformation> transformations, Position position, String text)
            implements Statement {
        public Octets {
            transformations = List.copyOf(transformations);
        }
    }

    /** A length in octets (SizeConstraintStatement). */
    record Length(Component component, List<Transformation> transformations, Comparison comparison, long octets)
            implements Statement {
        public Length {
            transformations = List.copyOf(transformations);
        }
    }

    /** One of these regular expressions somewhere (RegexMatchStatement, RegexPatternSetReferenceStatement). */
    record Regex(Component component, List<Transformation> transformations, List<String> expressions)
            implements Statement {
        public Regex {
            transformations = List.copyOf(transformations);
            expressions = List.copyOf(expressions);
        }
    }

    /** SQL that was meant to be a value (SqliMatchStatement). */
    record Sql(Component component, List<Transformation> transformations, boolean sensitive) implements Statement {
        public Sql {
            transformations = List.copyOf(transformations);
        }
    }

    /** Markup that a browser would run (XssMatchStatement). */
    record Script(Component component, List<Transformation> transformations) implements Statement {
        public Script {
            transformations = List.copyOf(transformations);
        }
    }

    /** The country of the address is one of these (GeoMatchStatement). */
    record Country(List<String> codes, @Nullable Forwarded forwarded) implements Statement {
        public Country {
            codes = List.copyOf(codes);
        }
    }

    /** The address is in one of these ranges in CIDR notation (IPSetReferenceStatement). */
    record Addresses(List<String> ranges, @Nullable Forwarded forwarded) implements Statement {
        public Addresses {
            ranges = List.copyOf(ranges);
        }
    }

    /** The request has this label, or one that begins with this namespace (LabelMatchStatement). */
    record Label(String key, boolean namespace) implements Statement {}

    /**
     * More requests than the limit came in the window with the same values of these keys (RateBasedStatement).
     *
     * @param keys none counts all requests together
     * @param scope what a request must match to be counted, null for all
     */
    record Rate(
            long limit,
            int windowSeconds,
            List<RateKey> keys,
            @Nullable Statement scope) implements Statement {
        public Rate {
            keys = List.copyOf(keys);
            if (limit < 1 || windowSeconds < 1) throw new IllegalArgumentException("a rate without a limit or window");
        }
    }

    record All(List<Statement> statements) implements Statement {
        public All {
            statements = List.copyOf(statements);
        }
    }

    record Any(List<Statement> statements) implements Statement {
        public Any {
            statements = List.copyOf(statements);
        }
    }

    record Not(Statement statement) implements Statement {}

    /** Where octets are looked for (PositionalConstraint). */
    enum Position {
        EXACTLY,
        STARTS_WITH,
        ENDS_WITH,
        CONTAINS,
        CONTAINS_WORD
    }

    enum Comparison {
        EQ,
        NE,
        LE,
        LT,
        GE,
        GT;

        boolean holds(long actual, long wanted) {
            return switch (this) {
                case EQ -> actual == wanted;
                case NE -> actual != wanted;
                case LE -> actual <= wanted;
                case LT -> actual < wanted;
                case GE -> actual >= wanted;
                case GT -> actual > wanted;
            };
        }
    }

    /**
     * A header field that names the viewer's address, for viewers behind a proxy.
     *
     * @param fallback what the statement comes to where the field holds no address
     */
    record Forwarded(String header, boolean fallback, Place place) {}

    /** Which address of several in a field. */
    enum Place {
        FIRST,
        LAST,
        ANY
    }
}
