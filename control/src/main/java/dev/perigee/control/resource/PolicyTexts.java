package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What holds for names and lists of names in policies of every sort. */
final class PolicyTexts {
    private static final int NAME_MAX = 128;
    private static final int COMMENT_MAX = 128;

    /** CloudFront's quota of headers, cookies and query strings each in one policy. */
    private static final int ITEMS_MAX = 10;

    /** CloudFront's quota of all names of one list together. */
    private static final int ITEMS_LENGTH_MAX = 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1," + NAME_MAX + "}");

    /** RFC 9110 section 5.6.2: header and cookie names. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

    private PolicyTexts() {}

    /** Checks name and comment of a policy; returns the comment, empty when there is none. */
    static String checked(String name, @Nullable String comment) throws Refused {
        unless(
                NAME.matcher(name).matches(),
                "InvalidArgument",
                "The parameter Name '" + name + "' is not 1 to " + NAME_MAX + " letters, digits, '-' and '_'.");
        String given = Defaults.or(comment, "");
        unless(
                given.length() <= COMMENT_MAX,
                "InvalidArgument",
                "The parameter Comment has " + given.length() + " characters, more than " + COMMENT_MAX + ".");
        return given;
    }

    static boolean isParameterName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '&' && c != '=');
    }

    static boolean isToken(String name) {
        return TOKEN.matcher(name).matches();
    }

    /**
     * Names that go with a behavior such as {@code whitelist}.
     *
     * @param what such as {@code Headers}
     * @param listed whether the behavior is about listed names
     * @param tooMany code when there are more than CloudFront's quota
     */
    static void checkNames(String what, String behavior, boolean listed, List<String> names, String tooMany)
            throws Refused {
        unless(
                listed || names.isEmpty(),
                "InvalidArgument",
                "The parameter " + what + " lists names, which behavior '" + behavior + "' does not allow.");
        unless(
                !listed || !names.isEmpty(),
                "InvalidArgument",
                "The parameter " + what + " lists no names, which behavior '" + behavior + "' needs.");
        unless(
                names.size() <= ITEMS_MAX,
                tooMany,
                "The parameter " + what + " lists " + names.size() + " names, more than " + ITEMS_MAX + ".");
        int length = names.stream().mapToInt(String::length).sum();
        unless(
                length <= ITEMS_LENGTH_MAX,
                "InvalidArgument",
                "The names in " + what + " have " + length + " characters, more than " + ITEMS_LENGTH_MAX + ".");
        checkDistinct(what, names);
    }

    private static void checkDistinct(String what, List<String> names) throws Refused {
        boolean headers = what.equals("Headers");
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            boolean valid = what.equals("QueryStrings") ? isParameterName(name) : isToken(name);
            unless(
                    valid,
                    "InvalidArgument",
                    "The parameter " + what + " contains '" + name + "', which is not a name.");
            unless(
                    seen.add(headers ? name.toLowerCase(Locale.ROOT) : name),
                    "InvalidArgument",
                    "The parameter " + what + " contains '" + name + "' twice.");
        }
    }

    /** @param forbidden takes names in lower case */
    static void checkHeaders(List<String> headers, Predicate<String> forbidden) throws Refused {
        for (String header : headers) {
            unless(
                    !forbidden.test(header.toLowerCase(Locale.ROOT)),
                    "InvalidArgument",
                    "The parameter Headers contains " + header + " that is not allowed.");
        }
    }
}
