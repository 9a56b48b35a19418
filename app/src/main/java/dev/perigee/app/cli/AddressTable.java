package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.util.Locale;

/** What a user wants to see first: where everything is, and what to type next. */
final class AddressTable {
    private AddressTable() {}

    /** @param testKey whether the key test/test is built in */
    static String of(SystemFolder folder, RunFile run, boolean testKey) {
        var text = new StringBuilder();
        text.append("Perigee is up (pid ").append(run.pid()).append(", data in ");
        text.append(folder.root()).append(")\n\n");
        String key = testKey ? "access key test, secret test" : "make a key first";
        row(text, "API", run.api(), "CloudFront, WAF, ACM, Lambda, S3 and STS; " + key);
        row(text, "console", run.console(), "what happens now, in a browser");
        for (RunFile.PopAddresses pop : run.pops()) {
            row(text, "edge " + pop.pop(), pop.http(), pop.https() + http3(pop));
        }
        row(text, "local CA", run.ca().toString(), "");
        text.append("\nDistributions answer at NAME.").append(run.domainSuffix());
        text.append(" and NAME.cloudfront.net on every edge.\nNext:\n");
        text.append(
                testKey
                        ? "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1\n"
                        : "  ./perigee keys add --role admin\n");
        text.append("  aws --endpoint-url ").append(run.api()).append(" s3 mb s3://pettracker-images\n");
        text.append("  ./perigee ca        how to have curl and browsers trust the edges\n");
        text.append("  ./perigee status    what runs, and how it does\n");
        return text.toString();
    }

    /** Where HTTP/3 has a port of its own. */
    private static String http3(RunFile.PopAddresses pop) {
        return pop.http3().equals(pop.https())
                ? ""
                : "  HTTP/3 at UDP port " + pop.http3().replaceFirst(".*:", "");
    }

    private static void row(StringBuilder text, String name, String first, String second) {
        text.append(String.format(Locale.ROOT, "  %-10s %-24s %s", name, first, second)
                        .stripTrailing())
                .append('\n');
    }
}
