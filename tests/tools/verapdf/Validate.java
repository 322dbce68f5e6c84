// Validates many PDFs against several flavours of PDF/A and PDF/UA in one JVM.
//
// Usage: Validate FLAVOUR… -- FILE-OR-FOLDER…     (a folder means every *.pdf below it)
//
// A flavour is a veraPDF id (2a, 2u, 3a, ua1 …) or `claimed`: whatever the file's own XMP metadata
// says it conforms to, where a file that claims nothing fails.
//
// stdout: one line a file and flavour, in the order of the arguments, whatever the threads did:
//
//     pass 2a out/a.pdf
//     fail ua1 out/b.pdf 7.1-3 7.3-1
//         7.1-3 ×12: Content is neither marked as Artifact nor tagged as real content at root/document[0]/…
//
// The indented lines follow a failure, one a rule, with the first place where the rule is broken.
// Exit status: 0 all pass, 1 something failed, 2 wrong usage. What it does not do: repair, extract
// features, or judge how a page looks.

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.validators.ValidatorConfig;
import org.verapdf.pdfa.validation.validators.ValidatorConfigBuilder;

public final class Validate {
    private static final String CLAIMED = "claimed";
    /** A context path deep in a page is long; its head and tail are what one looks for. */
    private static final int CONTEXT_LIMIT = 400;

    /** What one file × flavour came to: the text to print, and whether it passed. */
    private record Verdict(boolean pass, String text) {}

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        int cut = Arrays.asList(args).indexOf("--");
        if (cut < 1 || cut + 1 >= args.length) {
            usage("usage: Validate FLAVOUR… -- FILE-OR-FOLDER…");
        }
        List<String> flavours = Arrays.asList(args).subList(0, cut);
        for (String flavour : flavours) {
            if (!flavour.equals(CLAIMED) && PDFAFlavour.byFlavourId(flavour) == PDFAFlavour.NO_FLAVOUR) {
                usage("unknown flavour: " + flavour + " (known: " + CLAIMED + " and "
                    + String.join(" ", PDFAFlavour.getFlavourIds()) + ")");
            }
        }
        List<Path> files = expand(Arrays.asList(args).subList(cut + 1, args.length));
        if (files.isEmpty()) {
            usage("no PDF in " + String.join(" ", Arrays.asList(args).subList(cut + 1, args.length)));
        }
        System.exit(run(flavours, files) ? 0 : 1);
    }

    private static void usage(String message) {
        System.err.println("verapdf: " + message);
        System.exit(2);
    }

    private static List<Path> expand(List<String> names) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                try (Stream<Path> below = Files.walk(path)) {
                    below.filter(p -> p.toString().endsWith(".pdf") && Files.isRegularFile(p))
                        .sorted()
                        .forEach(files::add);
                }
            } else {
                files.add(path);
            }
        }
        return files;
    }

    /** Prints each verdict as soon as all before it are printed; true when all passed. */
    private static boolean run(List<String> flavours, List<Path> files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int threads = Integer.getInteger("threads", Runtime.getRuntime().availableProcessors());
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<List<Verdict>>> pending = new ArrayList<>();
        for (Path file : files) {
            pending.add(pool.submit(() -> validate(file, flavours)));
        }
        pool.shutdown();
        int passed = 0;
        int failed = 0;
        for (Future<List<Verdict>> each : pending) {
            for (Verdict verdict : each.get()) {
                out.println(verdict.text());
                if (verdict.pass()) passed++; else failed++;
            }
        }
        out.flush();
        System.err.printf("verapdf: %d files, %d checks passed, %d failed%n", files.size(), passed, failed);
        return failed == 0;
    }

    private static List<Verdict> validate(Path file, List<String> flavours) {
        List<Verdict> verdicts = new ArrayList<>();
        for (String flavour : flavours) {
            try {
                if (flavour.equals(CLAIMED)) {
                    verdicts.addAll(validateClaims(file));
                } else {
                    verdicts.add(validate(file, PDFAFlavour.byFlavourId(flavour)));
                }
            } catch (Throwable broken) {
                // A file that cannot be parsed is a finding about that file, not the end of the run.
                verdicts.add(new Verdict(false, "fail " + flavour + " " + file + " unreadable\n    unreadable: "
                    + oneLine(String.valueOf(broken))));
            }
        }
        return verdicts;
    }

    private static List<Verdict> validateClaims(Path file) throws Exception {
        List<PDFAFlavour> claims;
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file.toFile())) {
            claims = parser.getFlavours().stream().filter(f -> f != PDFAFlavour.NO_FLAVOUR).toList();
        }
        if (claims.isEmpty()) {
            return List.of(new Verdict(false, "fail " + CLAIMED + " " + file
                + " nothing\n    nothing: the metadata claim neither PDF/A nor PDF/UA"));
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (PDFAFlavour claim : claims) {
            verdicts.add(validate(file, claim));
        }
        return verdicts;
    }

    private static Verdict validate(Path file, PDFAFlavour flavour) throws Exception {
        ValidatorConfig config = ValidatorConfigBuilder.defaultBuilder()
            .flavour(flavour)
            .recordPasses(false)
            .maxFails(-1)
            .showErrorMessages(true)
            .maxNumberOfDisplayedFailedChecks(1)
            .build();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file.toFile(), flavour);
             PDFAValidator validator = Foundries.defaultInstance().createValidator(config, flavour)) {
            return describe(file, flavour, validator.validate(parser));
        }
    }

    private static Verdict describe(Path file, PDFAFlavour flavour, ValidationResult result) {
        String head = flavour.getId() + " " + file;
        if (result.isCompliant()) {
            return new Verdict(true, "pass " + head);
        }
        // veraPDF reports in the order of its own hash maps; sorted, two runs can be compared.
        Map<RuleId, TestAssertion> first = new TreeMap<>(Comparator.comparing(Validate::id));
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                first.putIfAbsent(assertion.getRuleId(), assertion);
            }
        }
        String ids = first.keySet().stream().map(Validate::id).collect(Collectors.joining(" "));
        StringBuilder text = new StringBuilder("fail ").append(head).append(' ').append(ids);
        first.forEach((rule, assertion) -> text.append("\n    ").append(id(rule))
            .append(" ×").append(result.getFailedChecks().getOrDefault(rule, 1))
            .append(": ").append(message(assertion))
            .append(" at ").append(shorten(assertion.getLocation().getContext())));
        return new Verdict(false, text.toString());
    }

    private static String id(RuleId rule) {
        return rule.getClause() + "-" + rule.getTestNumber();
    }

    private static String message(TestAssertion assertion) {
        String specific = assertion.getErrorMessage();
        return oneLine(specific == null || specific.isBlank() ? assertion.getMessage() : specific);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }

    private static String shorten(String context) {
        String line = oneLine(String.valueOf(context));
        if (line.length() <= CONTEXT_LIMIT) {
            return line;
        }
        int half = CONTEXT_LIMIT / 2;
        return line.substring(0, half) + " … " + line.substring(line.length() - half);
    }
}
