package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import java.util.List;

/** Checks IP sets and regex pattern sets. */
public final class WafSets {
    private static final int ADDRESSES_MAX = 10_000;
    private static final int EXPRESSIONS_MAX = 10;

    private WafSets() {}

    /** IPV4 or IPV6. */
    public static String version(Members input) throws Refused {
        String version = input.text("IPAddressVersion");
        Invalid.unless(
                version.equals("IPV4") || version.equals("IPV6"),
                input.field(),
                version,
                "IPAddressVersion must be IPV4 or IPV6");
        return version;
    }

    public static List<String> addresses(Members input, String version) throws Refused {
        List<String> addresses = input.texts("Addresses", 0, ADDRESSES_MAX);
        for (String each : addresses) StatementReader.checkAddress(each, version.equals("IPV6"));
        return addresses;
    }

    public static void checkExpressions(Members input) throws Refused {
        for (Members each : input.objects("RegularExpressionList", input.field(), 1, EXPRESSIONS_MAX)) {
            StatementReader.checkExpression(each.only("RegexString").text("RegexString"));
        }
    }
}
