package dev.perigee.app.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may import what. */
final class ModuleRules {
    /** Every class of every module, without tests. */
    static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.perigee");

    static final ArchRule CORE_IS_PURE = classes()
            .that()
            .resideInAPackage("dev.perigee.core..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.perigee.core..",
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.math..",
                    "java.text..",
                    "java.security..",
                    "javax.crypto..",
                    // Names in certificates.
                    "javax.security.auth.x500..",
                    "org.jspecify.annotations..",
                    // Charsets only: no channels, no files.
                    "java.nio.charset..",
                    // Streams of bytes in memory.
                    "java.io..")
            .because("the core decides; only the shells touch the network and the disk");

    static final ArchRule CORE_HAS_NO_FILES = noClasses()
            .that()
            .resideInAPackage("dev.perigee.core..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File|RandomAccess|FileDescriptor).*")
            .because("the core decides; only the shells touch the disk");

    static final ArchRule WIRE_KNOWS_CORE_ONLY = knowsOnly("wire", "core");
    static final ArchRule EDGE_KNOWS_NO_SIBLING = knowsOnly("edge", "core", "wire", "function", "lambda");
    static final ArchRule CONTROL_KNOWS_NO_SIBLING = knowsOnly("control", "core", "wire", "function", "lambda");
    static final ArchRule FUNCTION_KNOWS_CORE_ONLY = knowsOnly("function", "core");
    static final ArchRule LAMBDA_KNOWS_CORE_ONLY = knowsOnly("lambda", "core");
    static final ArchRule V8_STAYS_WITH_FUNCTIONS = staysIn("com.caoccao..", "dev.perigee.function..");
    static final ArchRule LAB_KNOWS_NO_SIBLING = knowsOnly("lab", "core");
    static final ArchRule ANALYTICS_KNOWS_CORE_ONLY = knowsOnly("analytics", "core");
    static final ArchRule DUCKDB_STAYS_IN_ANALYTICS = staysIn("org.duckdb..", "dev.perigee.analytics.store..");

    static final ArchRule NETTY_STAYS_IN_THE_EDGE =
            staysIn("io.netty..", "dev.perigee.edge..", "dev.perigee.testkit..");
    static final ArchRule AWS_SDK_STAYS_IN_CONTROL = staysIn(
            "software.amazon.awssdk..",
            "dev.perigee.control.api..",
            "dev.perigee.control.resource..",
            "dev.perigee.control.compile..",
            // S3Proxy's store throws the SDK's exceptions.
            "dev.perigee.lab.s3..");
    static final ArchRule SQL_STAYS_IN_THE_STORES =
            staysIn("java.sql..", "dev.perigee.control.resource..", "dev.perigee.analytics.store..");
    static final ArchRule JETTY_STAYS_IN_ITS_SERVERS =
            staysIn("org.eclipse.jetty..", "dev.perigee.control..", "dev.perigee.lab..");
    static final ArchRule S3PROXY_STAYS_IN_THE_LAB = staysIn("org.gaul..", "dev.perigee.lab.s3..");
    static final ArchRule BOUNCY_CASTLE_STAYS_WITH_THE_CA =
            staysIn("org.bouncycastle..", "dev.perigee.app.tls..", "dev.perigee.testkit..");
    static final ArchRule ACME4J_STAYS_WITH_ITS_CLIENT =
            staysIn("org.shredzone.acme4j..", "dev.perigee.control.acme..");
    static final ArchRule MAXMIND_DB_STAYS_WITH_PLACES = staysIn("com.maxmind..", "dev.perigee.edge.geo..");
    static final ArchRule KAFKA_STAYS_WITH_ITS_STREAM = staysIn("org.apache.kafka..", "dev.perigee.edge.kafka..");
    static final ArchRule OPENTELEMETRY_STAYS_WITH_ITS_SENDER =
            staysIn("io.opentelemetry..", "dev.perigee.edge.otlp..");
    static final ArchRule PICOCLI_STAYS_IN_THE_CLI = staysIn("picocli..", "dev.perigee.app.cli..");

    static final ArchRule NAMES_SAY_SOMETHING = noClasses()
            .that()
            .resideInAPackage("dev.perigee..")
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Service|Data)")
            .because("such names fit everything and say nothing; use the field's words");

    private ModuleRules() {}

    private static ArchRule knowsOnly(String module, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = "dev.perigee." + module + "..";
        for (int i = 0; i < others.length; i++) allowed[i + 1] = "dev.perigee." + others[i] + "..";
        return noClasses()
                .that()
                .resideInAPackage("dev.perigee." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.perigee..").and(resideOutsideOfPackages(allowed)))
                .as(module + " imports no other module than " + String.join(", ", others));
    }

    private static ArchRule staysIn(String library, String... places) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(places)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .as(library + " is imported by " + String.join(", ", places) + " only");
    }
}
