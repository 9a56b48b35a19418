package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

class ErrorTableTest {
    private static final Pattern EXCEPTION =
            Pattern.compile("software/amazon/awssdk/services/cloudfront/model/(\\w+)Exception\\.class");

    @Test
    void everyErrorOfTheSdkIsInTheTable() throws IOException, URISyntaxException {
        Set<String> sdk = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        File jar = new File(CloudFrontException.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile file = new JarFile(jar)) {
            file.stream()
                    .map(entry -> EXCEPTION.matcher(entry.getName()))
                    .filter(matcher -> matcher.matches() && !matcher.group(1).equals("CloudFront"))
                    .forEach(matcher -> sdk.add(matcher.group(1)));
        }
        Set<String> missing = new TreeSet<>(sdk);
        Set<String> table = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        table.addAll(ErrorTable.codes());
        missing.removeIf(table::contains);
        assertEquals(Set.of(), missing);
        assertTrue(sdk.size() > 140, () -> "only " + sdk.size() + " exceptions found");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "NoSuchDistribution, 404",
        "PreconditionFailed, 412",
        "InvalidIfMatchVersion, 400",
        "DistributionNotDisabled, 409",
        "BatchTooLarge, 413",
        "SignatureDoesNotMatch, 403",
        "NotImplemented, 501",
        "TestFunctionFailed, 500",
    })
    void codesHaveTheirStatus(String code, int status) {
        assertEquals(status, new Refused(code, "").status());
    }

    @Test
    void unknownCodesAreBugs() {
        assertThrows(IllegalArgumentException.class, () -> new Refused("NoSuchCode", ""));
    }
}
