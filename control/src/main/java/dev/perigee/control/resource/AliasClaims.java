package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who has which alias. The same name belongs to one distribution; a wildcard and what it covers may belong to two. */
final class AliasClaims {
    private static final int MAX = 100;
    private static final int LENGTH_MAX = 253;
    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private AliasClaims() {}

    /** An alias and the distribution that has it. */
    record Claim(String alias, String distribution) {}

    static void checkNames(List<String> aliases, String domainSuffix) throws Refused {
        unless(
                aliases.size() <= MAX,
                "TooManyDistributionCNAMEs",
                "There are " + aliases.size() + " aliases, more than " + MAX + ".");
        Set<String> seen = new HashSet<>();
        for (String alias : aliases) {
            unless(
                    alias.length() <= LENGTH_MAX
                            && NAME.matcher(alias).matches()
                            && !isUnder(alias, "cloudfront.net")
                            && !isUnder(alias, domainSuffix),
                    "InvalidArgument",
                    "The alias '" + alias + "' is not a domain name that can be an alias.");
            unless(seen.add(alias), "InvalidArgument", "The alias '" + alias + "' is given twice.");
        }
    }

    private static boolean isUnder(String alias, String domain) {
        return ("." + alias).endsWith("." + domain);
    }

    static @Nullable String owner(Tables tables, String alias) throws SQLException {
        List<Claim> found = claims(tables, "alias = ?", alias);
        return found.isEmpty() ? null : found.getFirst().distribution();
    }

    /** Makes these the aliases of a distribution; its others are free again. */
    static void claim(Tables tables, String distribution, List<String> aliases) throws Refused, SQLException {
        tables.update("DELETE FROM aliases WHERE distribution = ?", distribution);
        for (String alias : aliases) {
            String owner = owner(tables, alias);
            unless(
                    owner == null,
                    "CNAMEAlreadyExists",
                    "One or more of the CNAMEs you provided are already associated with a different resource: " + alias
                            + " belongs to distribution " + owner + ".");
            tables.update("INSERT INTO aliases (alias, distribution) VALUES (?, ?)", alias, distribution);
        }
    }

    /** The claims of others that the same host could be meant by: the name itself, wildcards above it, names below it. */
    static List<Claim> overlapping(Tables tables, String alias, String distribution) throws SQLException {
        return claims(tables, "distribution <> ? ORDER BY alias", distribution).stream()
                .filter(claim -> overlap(claim.alias(), alias))
                .toList();
    }

    private static boolean overlap(String one, String other) {
        return one.equals(other) || isAbove(one, other) || isAbove(other, one);
    }

    /** A wildcard stands for one or more labels. */
    private static boolean isAbove(String wildcard, String name) {
        return wildcard.startsWith("*.") && !name.equals(wildcard) && name.endsWith(wildcard.substring(1));
    }

    private static List<Claim> claims(Tables tables, String where, Object... arguments) throws SQLException {
        List<Claim> claims = new ArrayList<>();
        tables.query(
                "SELECT alias, distribution FROM aliases WHERE " + where,
                row -> claims.add(new Claim(row.getString("alias"), row.getString("distribution"))),
                arguments);
        return claims;
    }
}
