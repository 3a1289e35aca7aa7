using System.CommandLine;
using System.Globalization;
using NodaTime;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Cli;

/// <summary>The verbs <c>policy show</c>, <c>import</c> and <c>compare</c>: how the contract is read.</summary>
internal static class PolicyCommand
{
    private const string Json = "json";

    public static Command Create(CliConsole console) =>
        new("policy", "How the contract is read.") { Show(console), Import(console), Compare(console) };

    private static Verb Show(CliConsole console)
    {
        var database = Database(isRequired: false);
        var digest = new Option<string?>("--digest")
        {
            Description = "Write the policy with this digest, as a decision was stamped with.", HelpName = "DIGEST",
        };
        var show = new Verb(
            "show",
            "Writes the built-in policy as JSON; with --db, lists what was put in force, or writes one by its digest.",
            "voicequality policy show > policy.json",
            "voicequality policy show --db voicequality.db") { database, digest };

        show.SetAction((result, cancellationToken) => ShowAsync(
            console, result.GetValue(database), result.GetValue(digest), cancellationToken));
        return show;
    }

    private static Verb Import(CliConsole console)
    {
        var file = File();
        var database = Database(isRequired: true);
        var account = new Option<string?>("--account")
        {
            Description = "For this account alone; otherwise for all without a policy of their own.", HelpName = "ID",
        };
        var from = new Option<string>("--from")
        {
            Description = "First month of service that it decides.", HelpName = "yyyy-MM", Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and change nothing." };
        var import = new Verb(
            "import",
            "Puts a policy in force from a month of service on. What was in force before stays on record.",
            "voicequality policy import policy.json --db voicequality.db --from 2026-12 --dry-run",
            "voicequality policy import policy.json --db voicequality.db --account A-1001 --from 2026-12")
        {
            file, database, account, from, dryRun,
        };

        import.SetAction((result, cancellationToken) => ImportAsync(
            console,
            result.GetValue(file)!,
            result.GetValue(database)!,
            result.GetValue(account),
            MonthOf("--from", result.GetValue(from)!),
            result.GetValue(dryRun),
            cancellationToken));
        return import;
    }

    private static Verb Compare(CliConsole console)
    {
        var file = File();
        var database = Database(isRequired: true);
        var month = new Option<string>("--month")
        {
            Description = "Month of service.", HelpName = "yyyy-MM", Required = true,
        };
        var format = new Option<string>("--format")
        {
            Description = "table or json.", DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", Json);
        var compare = new Verb(
            "compare",
            "Shows a month by the policy in force and by the one of FILE: row, percent, credit, difference, totals.",
            "voicequality policy compare policy.json --db voicequality.db --month 2026-10",
            "voicequality policy compare policy.json --db voicequality.db --month 2026-10 --format json")
        {
            file, database, month, format,
        };

        compare.SetAction((result, cancellationToken) => CompareAsync(
            console,
            result.GetValue(file)!,
            result.GetValue(database)!,
            MonthOf("--month", result.GetValue(month)!),
            result.GetValue(format) == Json,
            cancellationToken));
        return compare;
    }

    private static async Task<int> ShowAsync(
        CliConsole console, string? path, string? digest, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredPolicy> stored = [];
        if (path is not null)
        {
            await using var database = await OpenAsync(path, cancellationToken);
            stored = await new PolicyRepository(database).ListAsync(cancellationToken);
        }

        if (path is not null && digest is null)
        {
            PolicyText.WriteList(console.Output, stored);
            return ExitStatus.Done;
        }

        var known = stored.Select(policy => policy.Entry.Policy).Append(ContractPolicy.Default);
        var shown = known.FirstOrDefault(policy => policy.Digest == (digest ?? ContractPolicy.Default.Digest))
            ?? throw new CliException("no policy has this digest; 'policy show --db' lists those there are.");
        console.Output.Write(shown.ToJson());
        return ExitStatus.Done;
    }

    private static async Task<int> ImportAsync(
        CliConsole console,
        string file,
        string path,
        string? accountId,
        ServiceMonth from,
        bool isDryRun,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(console, file, cancellationToken) is not { } policy)
        {
            return ExitStatus.Unusable;
        }

        await using var database = await OpenAsync(path, cancellationToken);
        if (accountId is not null
            && (await new AccountRepository(database).ReadAsync(cancellationToken)).FindAccount(accountId) is null)
        {
            throw new CliException("there is no account with the id of --account; nothing was changed.");
        }

        await using var audit = new AuditLog(AuditOptions.OfEnvironment(), database, TimeProvider.System);
        if (!isDryRun)
        {
            // Opened first: where nobody can record who changed it, nothing is changed.
            await audit.OpenAsync(cancellationToken);
        }

        if (!isDryRun)
        {
            await ReadCallsAsync(console, database, policy, cancellationToken);
        }

        var policies = new PolicyRepository(database);
        var entry = new PolicyEntry(accountId, from, policy);
        var status = isDryRun
            ? await policies.TryAsync(entry, cancellationToken)
            : await policies.RecordAsync(entry, SystemClock.Instance.GetCurrentInstant(), cancellationToken);

        if (status == PolicyRecordStatus.CallsUnread)
        {
            throw new CliException("calls of an older version were stored meanwhile; run this again.");
        }

        if (status == PolicyRecordStatus.VersionTaken)
        {
            throw new CliException(
                $"version {policy.Version} names another reading already; give this one a version of its own.");
        }

        if (!isDryRun && status == PolicyRecordStatus.Recorded)
        {
            await audit.RecordAsync(
                new AuditEvent
                {
                    Category = AuditCategory.Change,
                    Actor = Imports.CommandActor,
                    Action = "POLICY_RECORDED",
                    Subject = $"policy/{from}",
                    Origin = AuditOrigins.Command,
                    Outcome = "APPLIED",
                    AccountId = accountId ?? AuditEvent.AllAccounts,
                    After = policy.Digest,
                    PolicyVersion = AuditEvent.LooksLikeNumber(policy.Version) ? null : policy.Version,
                },
                CancellationToken.None);
        }

        var book = PolicyRepository.BookOf(await policies.ListAsync(cancellationToken)).With(entry);
        var to = book.Spans.Single(span => span.Entry.AccountId == accountId && span.Entry.From == from).To;
        var verb = isDryRun && status == PolicyRecordStatus.Recorded ? "Would put in force"
            : status == PolicyRecordStatus.Recorded ? "In force now"
            : "In force already";
        console.Output.WriteLine(
            $"{verb}: policy {policy.Version} ({policy.Digest}) for "
            + $"{accountId ?? "all accounts without one of their own"} from {from}{(to is { } last ? $" to {last}" : " on")}.");

        var otherwise = (await new CreditRepository(database).ListPoliciesAsync(cancellationToken))
            .Where(assessed => book.FindEntry(assessed.AccountId, assessed.Month) is { } inForce
                && inForce.Digest != assessed.PolicyDigest)
            .ToList();
        console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{otherwise.Sum(assessed => assessed.Units)} stored unit months stand by another policy; "
            + $"the service {(isDryRun ? "would assess" : "assesses")} them again."));
        return ExitStatus.Done;
    }

    private static async Task<int> CompareAsync(
        CliConsole console,
        string file,
        string path,
        ServiceMonth month,
        bool asJson,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(console, file, cancellationToken) is not { } policy)
        {
            return ExitStatus.Unusable;
        }

        await using var database = await OpenAsync(path, cancellationToken);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(database)
            .AddSingleton<IAccountBookSource>(
                new Book(await new AccountRepository(database).ReadAsync(cancellationToken)))
            .AddApi()
            .BuildServiceProvider();
        await ReadCallsAsync(console, database, policy, cancellationToken);
        var months = services.GetRequiredService<AssessedMonths>();
        var comparison = await PolicyComparison.OfAsync(months, month, policy, cancellationToken);

        if (asJson)
        {
            PolicyText.WriteJson(console.Output, month, policy, comparison);
        }
        else
        {
            PolicyText.WriteTable(console.Output, month, policy, comparison);
        }

        return ExitStatus.Done;
    }

    // What calls of an older version count by other readings is found out first: a policy must not decide by a part.
    private static async Task ReadCallsAsync(
        CliConsole console, Storage.Database database, ContractPolicy policy, CancellationToken cancellationToken)
    {
        if (policy.MosReading == MosReading.Default)
        {
            return;
        }

        var line = new ProgressLine(console);
        var read = await new ReadingBackfill(database).RunAsync(
            done =>
            {
                if (console.ErrorIsTerminal)
                {
                    line.Show(string.Create(CultureInfo.InvariantCulture, $"{done:N0} stored calls looked at"));
                }
            },
            cancellationToken);
        line.Clear();
        if (read > 0)
        {
            console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"voicequality: found out of {read} stored calls what they count by each mos_score_basis and mos_wideband."));
        }
    }

    private static async Task<ContractPolicy?> ReadAsync(
        CliConsole console, string file, CancellationToken cancellationToken)
    {
        var (policy, errors) = ContractPolicy.Parse(await ImportInput.ReadAsync(file, cancellationToken));
        foreach (var error in errors)
        {
            console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"voicequality: {file}:{error.Line}: {error.Path}: {error.Message}"));
        }

        if (policy is null)
        {
            console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"voicequality: {errors.Length} errors; nothing was changed."));
        }

        return policy;
    }

    private static Task<Storage.Database> OpenAsync(string path, CancellationToken cancellationToken) =>
        System.IO.File.Exists(path)
            ? ServeCommand.OpenAsync(path, cancellationToken)
            : throw new CliException($"there is no database {path}; name the one the service writes.");

    private static ServiceMonth MonthOf(string option, string text) => AssessedMonths.TryReadMonth(text, out var month)
        ? month
        : throw new CliException($"{option} is written yyyy-MM, such as 2026-10.");

    private static Argument<string> File() => new("FILE.json")
    {
        Description = "A policy, as 'policy show' writes one.",
    };

    private static Option<string?> Database(bool isRequired) => new("--db")
    {
        Description = "Database of the service.", HelpName = "FILE", Required = isRequired,
    };

    private sealed record Book(AccountBook Accounts) : IAccountBookSource
    {
        AccountBook IAccountBookSource.Book => Accounts;
    }
}
