package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Certificates.Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** Certificates at other times than their own, and what else ACM lets be done with one. */
class ViewerCertificateRulesTest {
    private static final String ARN = "arn:aws:acm:us-east-1:123456789012:certificate/";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-04-01T00:00:00Z");

    private Store store;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        store = Store.open(folder.resolve("store.db"));
        put("imported", Entry.IMPORTED, Entry.ISSUED, "");
        put("issued", Entry.REQUESTED, Entry.ISSUED, "DNS");
        put("waiting", Entry.REQUESTED, Entry.PENDING, "EMAIL");
        put("other", Entry.REQUESTED, Entry.PENDING, "DNS");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void put(String name, String type, String state, String validation) throws Refused {
        Entry entry = new Entry(
                ARN + name,
                type,
                List.of("images.pettracker.test"),
                "EC_prime256v1",
                "",
                "",
                validation,
                "",
                "",
                BEGIN,
                BEGIN,
                BEGIN,
                END,
                state,
                "",
                "",
                Duration.ZERO);
        store.write(tables -> {
            Certificates.put(tables, entry);
            return true;
        });
    }

    private static DistributionConfig config() {
        return Defaults.fill(Configs.of("r").toBuilder()
                .viewerCertificate(c -> c.acmCertificateArn(ARN + "imported")
                        .sslSupportMethod("sni-only")
                        .minimumProtocolVersion("TLSv1.2_2021"))
                .build());
    }

    private void check(Instant now, String id) throws Refused {
        store.read(tables -> {
            ViewerCertificateRules.check(config(), tables, now, id);
            return true;
        });
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "2025-12-31T23:59:59Z, true",
        "2026-01-01T00:00:00Z, true",
        "2026-04-01T00:00:00Z, true",
        "2026-04-01T00:00:01Z, false"
    })
    void aCertificateThatHasEndedIsNotAttached(Instant now, boolean attached) throws Refused {
        if (attached) {
            check(now, "");
            return;
        }
        Refused refused = assertThrows(Refused.class, () -> check(now, ""));
        assertEquals("InvalidViewerCertificate", refused.code());
        assertTrue(String.valueOf(refused.getMessage()).contains("2026-04-01T00:00:00Z"), refused.getMessage());
    }

    @Test
    void aDistributionThatHasItCanStillBeChanged() throws Refused {
        store.write(tables -> {
            tables.insert(
                    Tables.Kind.DISTRIBUTION,
                    new Tables.Row(
                            "E1",
                            "r",
                            "d1.cloudfront.net",
                            1,
                            "T",
                            Xml.write("DistributionConfig", config()),
                            BEGIN,
                            BEGIN));
            return true;
        });
        check(END.plusSeconds(1), "E1");
        assertThrows(Refused.class, () -> check(END.plusSeconds(1), "E2"));
    }

    @ParameterizedTest(name = "{0} of {1} -> {3}")
    @CsvSource({
        "RenewCertificate, imported, '', ValidationException",
        "RenewCertificate, issued, '', ValidationException",
        "RenewCertificate, waiting, '', RequestInProgressException",
        "RenewCertificate, none, '', ResourceNotFoundException",
        "UpdateCertificateOptions, issued, '\"Options\":{\"CertificateTransparencyLoggingPreference\":\"DISABLED\"}',",
        "UpdateCertificateOptions, issued, '\"Options\":{\"CertificateTransparencyLoggingPreference\":\"ENABLED\"}', ValidationException",
        "UpdateCertificateOptions, imported, '\"Options\":{\"CertificateTransparencyLoggingPreference\":\"DISABLED\"}', ValidationException",
        "UpdateCertificateOptions, issued, '\"Options\":3', ValidationException",
        "ResendValidationEmail, waiting, '\"Domain\":\"Images.pettracker.test\",\"ValidationDomain\":\"pettracker.test\"',",
        "ResendValidationEmail, waiting, '\"Domain\":\"images.pettracker.test\",\"ValidationDomain\":\"racker.test\"', InvalidDomainValidationOptionsException",
        "ResendValidationEmail, waiting, '\"Domain\":\"www.test\",\"ValidationDomain\":\"test\"', InvalidDomainValidationOptionsException",
        "ResendValidationEmail, waiting, '\"Domain\":\"images.pettracker.test\"', ValidationException",
        "ResendValidationEmail, other, '\"Domain\":\"images.pettracker.test\",\"ValidationDomain\":\"test\"', InvalidStateException"
    })
    void changes(String operation, String name, String members, @Nullable String code) throws Refused {
        String others = members.isEmpty() ? "" : "," + members;
        byte[] body = ("{\"CertificateArn\":\"" + ARN + name + "\"" + others + "}").getBytes(StandardCharsets.UTF_8);
        var acm = new AcmOperations(store, TrialTest.SETTINGS, () -> {});
        if (code == null) {
            assertEquals(0, acm.handle(operation, "us-east-1", body).length);
            return;
        }
        Refused refused = assertThrows(Refused.class, () -> acm.handle(operation, "us-east-1", body));
        assertEquals(code, refused.code());
    }
}
