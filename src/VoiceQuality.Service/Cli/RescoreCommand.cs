using System.CommandLine;
using System.Globalization;
using NodaTime;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Rescoring;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>rescore</c>: scores stored calls again from their stored counters, by any scoring
/// policy.</summary>
internal static class RescoreCommand
{
    private const string Table = "table";
    private const string Json = "json";
    private const string Csv = "csv";
    private const int BatchSize = 500;

    public static Command Create(CliConsole console)
    {
        var database = Option<string>("--db", "FILE", "Database of the service.");
        database.Required = true;
        var policy = Option<string?>(
            "--policy", "FILE|ID", "A scoring policy: a file, or the id or digest of one on file; 'default-2' and 'default-1' are built in.");
        var month = Option<string?>("--month", "yyyy-MM", "Calls of this month of service alone.");
        var account = Option<string?>("--account", "ID", "Calls of this account alone.");
        var unit = Option<string?>("--unit", "ID", "Calls of this business unit alone.");
        var format = Option<string>("--format", "FORMAT", "table, json or csv.");
        format.DefaultValueFactory = static _ => Table;
        format.AcceptOnlyFromAmong(Table, Json, Csv);
        var verify = new Option<bool>("--verify")
        {
            Description = "Say whether every stored score follows from its counters by the policy that it names.",
        };
        var show = new Option<bool>("--show") { Description = "Write the policy as a document and read no call." };
        var apply = new Option<bool>("--apply")
        {
            Description = "Store the new scores; months that they move are restated by the service.",
        };
        var actor = Option<string?>("--actor", "ID", "Who applies it.");
        var reason = Option<string?>("--reason", "TEXT", "Why, for the audit trail: words, at most 64 characters.");
        var verb = new Verb(
            "rescore",
            "Scores stored calls again by another scoring policy and shows what differs; changes nothing without --apply.",
            "voicequality rescore --db voicequality.db --policy default-2 --show > policy.json",
            "voicequality rescore --db voicequality.db --policy policy.json --month 2026-10",
            "voicequality rescore --db voicequality.db --verify",
            "voicequality rescore --db voicequality.db --policy policy.json --month 2026-10 --apply --actor j.doe "
                + "--reason \"receivers conceal no loss\"")
        {
            database, policy, month, account, unit, format, verify, show, apply, actor, reason,
        };
        verb.SetAction((result, cancellationToken) => RunAsync(
            console,
            new Request(
                result.GetValue(database)!, result.GetValue(policy), FilterOf(
                    result.GetValue(month), result.GetValue(account), result.GetValue(unit)),
                result.GetValue(format)!)
            {
                IsVerify = result.GetValue(verify),
                IsShow = result.GetValue(show),
                IsApply = result.GetValue(apply),
                Actor = result.GetValue(actor),
                Reason = result.GetValue(reason),
            },
            cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(CliConsole console, Request request, CancellationToken cancellationToken)
    {
        Check(request);
        if (!File.Exists(request.Path))
        {
            throw new CliException($"there is no database {request.Path}; name the one the service writes.");
        }

        await using var database = await ServeCommand.OpenAsync(request.Path, cancellationToken);
        var stored = await new ScoringPolicyRepository(database).ListAsync(cancellationToken);
        var known = new ScoringPolicies(stored);
        if (request.IsVerify)
        {
            return await VerifyAsync(console, database, request, known, cancellationToken);
        }

        var (policy, errors) = PolicyOf(request.Policy!, known);
        if (policy is null)
        {
            foreach (var error in errors)
            {
                console.Error.WriteLine($"voicequality: {request.Policy}: {error}");
            }

            return ExitStatus.Unusable;
        }

        if (request.IsShow)
        {
            console.Output.WriteLine(policy.ToJson());
            return ExitStatus.Done;
        }

        var rescorer = new Rescorer(policy, known.TableOf);
        var report = await ReportAsync(console, database, request, policy, rescorer, cancellationToken);
        if (request.IsApply)
        {
            RefuseToApply(policy, report, stored);
        }

        Write(console.Output, request, report);
        if (!request.IsApply)
        {
            return ExitStatus.Done;
        }

        var changed = await ApplyAsync(console, database, request, policy, rescorer, cancellationToken);
        if (request.Format == Table)
        {
            console.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Applied: {changed} calls stand by {policy.Id} now; the service assesses the months that moved, and a "
                + $"decrease of what was posted waits for a second person."));
        }

        return ExitStatus.Done;
    }

    private static void Check(Request request)
    {
        if (request.IsVerify == (request.Policy is not null))
        {
            throw new CliException("give either --policy FILE|ID or --verify.");
        }

        if (request.IsApply && (request.IsVerify || request.IsShow))
        {
            throw new CliException("--apply goes with neither --verify nor --show.");
        }

        if (request.IsApply != (request.Actor is not null) || request.IsApply != (request.Reason is not null))
        {
            throw new CliException("--apply needs --actor ID and --reason TEXT, and they go with it alone.");
        }

        if (request.Actor is { } actor && !RequestActor.IsActor(actor))
        {
            throw new CliException("--actor is 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'.");
        }

        if (request.IsApply && EventOf(request, "RESCORE_BEGUN", "APPLIED").FindFault() is { } fault)
        {
            throw new CliException($"the audit trail does not take that --reason: {fault}.");
        }
    }

    private static (ScoringPolicyDocument? Policy, IReadOnlyList<string> Errors) PolicyOf(
        string named, ScoringPolicies known)
    {
        if (File.Exists(named))
        {
            return (ScoringPolicies.Read(named, out var errors), errors);
        }

        return known.Find(named) is { } policy
            ? (policy, [])
            : (null, ["There is no such file, and no one policy on file has this id or digest."]);
    }

    private static async Task<RescoreReport> ReportAsync(
        CliConsole console,
        Storage.Database database,
        Request request,
        ScoringPolicyDocument policy,
        Rescorer rescorer,
        CancellationToken cancellationToken)
    {
        var book = await new AccountRepository(database).ReadAsync(cancellationToken);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(database)
            .AddSingleton<IAccountBookSource>(new Book(book))
            .AddApi()
            .BuildServiceProvider();
        var units = new UnitRescores(
            book,
            services.GetRequiredService<MonthQueries>(),
            services.GetRequiredService<StoredContractData>(),
            services.GetRequiredService<PolicyDirectory>(),
            TimeProvider.System);
        var reader = new ScoreReader(database);
        var (show, clear) = await ProgressAsync(console, reader, request, cancellationToken);
        var report = await RescoreReport.OfAsync(
            reader, request.Filter, policy, rescorer, units, show, cancellationToken);
        clear();
        return report;
    }

    private static void RefuseToApply(
        ScoringPolicyDocument policy, RescoreReport report, IReadOnlyList<ScoringPolicyDocument> stored)
    {
        if (policy.Score != ScoreBasis.MosLq)
        {
            throw new CliException(
                "a scoring policy that counts MOS-CQ is for looking; to count it, let the contract policy say mos_score_basis "
                + "CONVERSATIONAL ('policy compare' shows what it moves).");
        }

        if (report.ByEmulation > 0)
        {
            throw new CliException(
                "the policy's jitter buffer was only emulated beside the one that the intervals were measured with; "
                + "such scores are for looking.");
        }

        if (ScoringPolicyRepository.IsTaken(policy, stored))
        {
            throw new CliException($"{policy.Id} names another policy already; give this one an id of its own.");
        }
    }

    private static void Write(TextWriter output, Request request, RescoreReport report)
    {
        switch (request.Format)
        {
            case Json:
                RescoreText.WriteJson(output, report, request.IsApply);
                break;
            case Csv:
                RescoreText.WriteCsv(output, report);
                break;
            default:
                RescoreText.WriteTable(output, report);
                break;
        }
    }

    private static async Task<long> ApplyAsync(
        CliConsole console,
        Storage.Database database,
        Request request,
        ScoringPolicyDocument policy,
        Rescorer rescorer,
        CancellationToken cancellationToken)
    {
        await using var audit = new AuditLog(AuditOptions.OfEnvironment(), database, TimeProvider.System);

        // Recorded first: where nobody can record who changed it, nothing is changed.
        await audit.OpenAsync(cancellationToken);
        var begun = EventOf(request, "RESCORE_BEGUN", "BEGUN") with { After = policy.Digest };
        await audit.RecordAsync(begun, cancellationToken);
        await new ScoringPolicyRepository(database).RecordAsync(
            policy, SystemClock.Instance.GetCurrentInstant(), cancellationToken);

        using var writer = new ScoreWriter(database);
        var (show, clear) = await ProgressAsync(console, new ScoreReader(database), request, cancellationToken);
        var (done, changed) = (0L, 0L);
        CallKey? last = null;
        while (true)
        {
            var batch = await writer.WriteAsync(
                request.Filter, last, BatchSize, call => rescorer.Score(call.Outcome, call.Score, call.Streams),
                cancellationToken);
            done += batch.Calls;
            changed += batch.Changed;
            show(done);
            if (batch.Calls < BatchSize)
            {
                break;
            }

            last = batch.Last;
        }

        clear();
        await audit.RecordAsync(
            begun with
            {
                Action = "RESCORED",
                Outcome = "APPLIED",
                Before = string.Create(CultureInfo.InvariantCulture, $"calls {Grouped(changed)} of {Grouped(done)}"),
            },
            CancellationToken.None);
        return changed;
    }

    // The trail refuses seven digits in a row, for they may be a number of somebody.
    private static string Grouped(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static AuditEvent EventOf(Request request, string action, string outcome) => new()
    {
        Category = AuditCategory.Change,
        Actor = request.Actor ?? Imports.CommandActor,
        Action = action,
        Subject = $"scores/{request.Filter.Month?.ToString() ?? "all"}",
        Origin = AuditOrigins.Command,
        Outcome = outcome,
        AccountId = request.Filter.AccountId ?? AuditEvent.AllAccounts,
        Purpose = request.Reason,
    };

    private static async Task<int> VerifyAsync(
        CliConsole console,
        Storage.Database database,
        Request request,
        ScoringPolicies known,
        CancellationToken cancellationToken)
    {
        var reader = new ScoreReader(database);
        var verification = new ScoreVerification(known);
        var (show, clear) = await ProgressAsync(console, reader, request, cancellationToken);
        await verification.RunAsync(reader, request.Filter, show, cancellationToken);
        clear();
        VerificationText.Write(console.Output, verification, request.Format == Json);
        return verification.Differing == 0 ? ExitStatus.Done : ExitStatus.PartlyUnusable;
    }

    private static async Task<(Action<long> Show, Action Clear)> ProgressAsync(
        CliConsole console, ScoreReader reader, Request request, CancellationToken cancellationToken)
    {
        if (!console.ErrorIsTerminal)
        {
            return (static _ => { }, static () => { });
        }

        var all = await reader.CountAsync(request.Filter, cancellationToken);
        var line = new ProgressLine(console);
        return (done => line.Show(string.Create(
            CultureInfo.InvariantCulture, $"{done:N0} of {all:N0} calls")), line.Clear);
    }

    private static RescoreFilter FilterOf(string? month, string? account, string? unit)
    {
        if (month is null)
        {
            return new RescoreFilter(account, unit, null);
        }

        return AssessedMonths.TryReadMonth(month, out var known)
            ? new RescoreFilter(account, unit, known)
            : throw new CliException("--month is written yyyy-MM, such as 2026-10.");
    }

    private static Option<T> Option<T>(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    private sealed record Request(string Path, string? Policy, RescoreFilter Filter, string Format)
    {
        public bool IsVerify { get; init; }

        public bool IsShow { get; init; }

        public bool IsApply { get; init; }

        public string? Actor { get; init; }

        public string? Reason { get; init; }
    }

    private sealed record Book(AccountBook Accounts) : IAccountBookSource
    {
        AccountBook IAccountBookSource.Book => Accounts;
    }
}
