package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "ca",
        description = "Where the local certificate authority is, and how to trust it.",
        footer = {
            "",
            "The path goes to standard output and the advice to standard error:",
            "  curl --cacert \"$(./perigee ca 2>/dev/null)\" https://NAME.cloudfront.localhost:8443/"
        })
final class CaCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    CaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        SystemFolder folder = data.folder(console);
        Path file = LocalAuthority.certificateFile(folder.authority());
        if (!Files.exists(file)) {
            console.err().println("There is no local CA in " + folder.root() + " yet; the first ./perigee up makes it");
            return Exit.NOT_RUNNING;
        }
        console.out().println(file);
        console.out().flush();
        RunFile run = RunFile.live(folder);
        String example = run == null || run.pops().isEmpty()
                ? "https://NAME.cloudfront.localhost:8443/"
                : "https://NAME." + run.domainSuffix() + ":"
                        + run.pops().getFirst().https().replaceFirst(".*:", "") + "/";
        console.err().print(advice(file, example));
        return Exit.OK;
    }

    private static String advice(Path file, String example) {
        return """

                It can vouch for local names and *.cloudfront.net only; its key stays beside it.
                One command       curl --cacert "%1$s" %2$s
                AWS tools, Python export AWS_CA_BUNDLE="%1$s" REQUESTS_CA_BUNDLE="%1$s"
                Node.js           export NODE_EXTRA_CA_CERTS="%1$s"
                Debian, Ubuntu    sudo cp "%1$s" /usr/local/share/ca-certificates/perigee.crt
                                  sudo update-ca-certificates
                macOS             sudo security add-trusted-cert -d -r trustRoot \\
                                    -k /Library/Keychains/System.keychain "%1$s"
                Chrome on Linux   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n perigee -i "%1$s"
                                  (certutil comes with libnss3-tools)
                Firefox           Settings, Privacy & Security, Certificates, View Certificates,
                                  Authorities, Import: choose this file
                """.formatted(file, example);
    }
}
