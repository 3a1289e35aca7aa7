using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Tests.Reference;

public sealed class ReferenceImportTests : IAsyncLifetime
{
    private const string Actor = "j.doe";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    private Database _database = null!;
    private ReferenceRepository _store = null!;
    private ReferenceImport _import = null!;
    private AuditLog _audit = null!;
    private FixedAccounts _accounts = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, None);
        _store = new ReferenceRepository(_database);
        var accounts = new AccountRepository(_database);
        await accounts.ReplaceAsync(ReferenceVectors.Accounts, Instant.FromUtc(2026, 1, 1, 0, 0), None);
        _accounts = new FixedAccounts { Book = await accounts.ReadAsync(None) };
        _audit = TrailOf(_database);
        _import = new ReferenceImport(_store, accounts, _audit, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _audit.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_example_set_is_in_force_whole_and_again_changes_nothing()
    {
        var files = ReferenceVectors.Files();
        Assert.Equal(ReferenceKinds.All.Order(), files.Keys.Order());

        var preview = await _import.CheckAsync(files, null, None);
        Assert.Empty(preview.Errors);
        Assert.Equal(0, await _store.HeadAsync(None));
        Assert.Equal(5, preview.Diffs.Single(diff => diff.Kind == ReferenceKinds.Components).Added);

        var first = await _import.ApplyAsync(files, Actor, AuditOrigins.Command, None);
        Assert.Equal(ReferenceKinds.All.Length, first.Stored.Count);
        Assert.Single(first.Stored.Select(version => version.ImportId).Distinct());

        var again = await _import.ApplyAsync(files, Actor, AuditOrigins.Command, None);
        Assert.Empty(again.Stored);
        Assert.All(again.Check.Diffs, diff => Assert.True(diff.IsEmpty));
    }

    [Fact]
    public async Task Components_and_their_charges_are_as_the_files_say()
    {
        var book = await ImportExampleAsync();

        Assert.Equal(
            ["DEN-OLD", "DEN-TOLLFREE", "DEN-TRUNK"], book.ComponentsOf("A-1001").Select(component => component.Id));
        Assert.Equal(300m, book.MrcOf("DEN-TRUNK")!.InForceOn(new LocalDate(2026, 10, 10)));
        Assert.Equal(600m, book.MrcOf("DEN-TRUNK")!.InForceOn(new LocalDate(2026, 10, 11)));
        Assert.Equal(0m, book.MrcOf("DEN-TOLLFREE")!.InForceOn(new LocalDate(2026, 10, 11)));
        Assert.Null(book.MrcOf("NYC-BUNDLE")!.InForceOn(new LocalDate(2026, 10, 11)));
        Assert.Null(book.MrcOf("DEN-OLD"));
        Assert.Equal(154.84m, book.BilledMrc("NYC-TRUNK", October));
        Assert.Null(book.BilledMrc("NYC-TRUNK", October.Next));
        Assert.Equal(2, book.BilledMrcOf("DEN-TRUNK").Count);
    }

    [Fact]
    public async Task A_number_passes_from_one_account_to_the_other_at_their_own_midnights()
    {
        var book = await ImportExampleAsync();
        _ = PhoneNumber.TryNormalize("+13035550101", out var number);

        // Until June 1st in Denver, 06:00 UTC; from June 2nd in New York, 04:00 UTC.
        Assert.Equal("A-1001", book.FindNumber(number, Instant.FromUtc(2026, 6, 1, 5, 59))!.AccountId);
        Assert.Null(book.FindNumber(number, Instant.FromUtc(2026, 6, 1, 6, 0)));
        Assert.Null(book.FindNumber(number, Instant.FromUtc(2026, 6, 2, 3, 59)));
        Assert.Equal("A-2002", book.FindNumber(number, Instant.FromUtc(2026, 6, 2, 4, 0))!.AccountId);
    }

    [Fact]
    public async Task Rates_tiers_and_programs_change_at_their_instants()
    {
        var book = await ImportExampleAsync();
        var denver = book.RatingTablesOf("A-1001");
        var newYork = book.RatingTablesOf("A-2002");

        // October 15th in Denver begins at 06:00 UTC; 0.01235 becomes 0.0124.
        Assert.Equal("0.0110", Domestic(denver, Jurisdiction.Interstate, Instant.FromUtc(2026, 10, 15, 5, 59)));
        Assert.Equal("0.0130", Domestic(denver, Jurisdiction.Interstate, Instant.FromUtc(2026, 10, 15, 6, 0)));
        Assert.Equal("0.0124", Domestic(denver, Jurisdiction.Intrastate, Instant.FromUtc(2026, 10, 15, 6, 0)));

        // November 1st in New York begins at 04:00 UTC, before the clocks go back.
        Assert.Equal(PricingProgram.FlatRate, newYork.Programs!.Find(Instant.FromUtc(2026, 11, 1, 3, 59)));
        Assert.Equal(PricingProgram.Tiered, newYork.Programs!.Find(Instant.FromUtc(2026, 11, 1, 4, 0)));
        Assert.Equal(212, newYork.BillingNumberAt(Instant.FromUtc(2026, 11, 1, 3, 59)).AreaCode);
        Assert.Equal(973, newYork.BillingNumberAt(Instant.FromUtc(2026, 11, 1, 4, 0)).AreaCode);

        // Tables are of no account: 00:00 UTC. The longest digits decide.
        Assert.True(book.Tiers!.TryGetAt(Instant.FromUtc(2026, 10, 31, 23, 59), out var october));
        Assert.Equal("LERG-2026-10", october!.Version);
        Assert.Equal(NetworkTier.C, october.Find(PartyNumber.Read("+12125559123")));
        Assert.Equal(NetworkTier.B, october.Find(PartyNumber.Read("+12125550123")));
        Assert.Null(october.Find(PartyNumber.Read("+13055550123")));

        static string Domestic(
            RatingTables tables, Jurisdiction jurisdiction, Instant at) => tables.Rates!.FindDomestic(
            PricingProgram.FlatRate, RateClass.Termination, jurisdiction, null, at)!.Value.Rate.ToString();
    }

    [Fact]
    public async Task Toll_free_records_holidays_and_blocks_reach_their_rules()
    {
        var book = await ImportExampleAsync();
        var numbers = book.TollFreeNumbersOf("A-1001");

        // The first was tested before its campaign, the second after.
        Assert.Equal(
            [null, TollFreeReason.TollFreeNotVerified], numbers.Select(
                number => TollFreeEligibility.Of(number).Reason));

        // Thursday 26 November is a holiday, so the second business day after Wednesday is Monday.
        Assert.Equal(new LocalDate(2026, 11, 30), book.Holidays!.Plus(new LocalDate(2026, 11, 25), 2));

        _ = PhoneNumber.TryNormalize("+18765550123", out var jamaica);
        _ = PhoneNumber.TryNormalize("+5375550123", out var cuba);
        var duringBlock = Instant.FromUtc(2026, 10, 6, 0, 0);
        Assert.Equal(InternationalDecision.Blocked, book.International.Decide("A-2002", jamaica, duringBlock));
        Assert.Equal(
            InternationalDecision.Allowed, book.International.Decide(
                "A-2002", jamaica, Instant.FromUtc(2026, 10, 20, 0, 0)));
        Assert.Equal(InternationalDecision.Allowed, book.International.Decide("A-1001", cuba, duringBlock));
        Assert.Equal(InternationalDecision.ConsentMissing, book.International.Decide("A-2002", cuba, duringBlock));
    }

    [Fact]
    public async Task One_wrong_row_keeps_every_file_out()
    {
        var files = ReferenceVectors.Files();
        files[ReferenceKinds.Holidays] = Octets("date,name\n2026-13-01,Never\n");
        var outcome = await _import.ApplyAsync(files, Actor, AuditOrigins.Command, None);

        Assert.Equal(
            "holidays.csv:2: date: A date is written yyyy-MM-dd.", Assert.Single(outcome.Check.Errors).ToString());
        Assert.Equal(0, await _store.HeadAsync(None));
    }

    [Fact]
    public async Task A_file_is_checked_against_those_in_force_that_it_does_not_replace()
    {
        await ImportExampleAsync();
        var outcome = await _import.ApplyAsync(
            new Dictionary<string, ReadOnlyMemory<byte>>
            {
                [ReferenceKinds.Components] = Octets(
                    "component,account,name,kind,from\nDEN-TRUNK,A-1001,SIP trunk,SIP_TRUNK,2026-01-01\n"),
            },
            Actor,
            AuditOrigins.Command,
            None);

        Assert.Contains(outcome.Check.Errors, error =>
            error.File == "component-mrc (in force)" && error.Kind == ReferenceErrorKind.UnknownComponent);
        Assert.Empty(outcome.Stored);
    }

    [Fact]
    public async Task A_rate_in_force_is_not_replaced_without_notice()
    {
        await ImportExampleAsync();
        var rates = Encoding.UTF8.GetString(ReferenceVectors.Files()[ReferenceKinds.Rates].Span)
            .Replace("DEFAULT,,,0.0450", "DEFAULT,,,0.0550", StringComparison.Ordinal);
        var outcome = await _import.ApplyAsync(
            new Dictionary<string, ReadOnlyMemory<byte>> { [ReferenceKinds.Rates] = Octets(rates) }, Actor,
            AuditOrigins.Command, None);

        Assert.Equal((7, ReferenceErrorKind.NoNotice), Assert.Single(outcome.Check.Errors) is var error
            ? (error.Line, error.Kind)
            : default);
    }

    [Fact]
    public async Task The_directory_gives_one_snapshot_until_something_is_imported()
    {
        using var directory = new ReferenceDirectory(_store, _accounts, NullLogger<ReferenceDirectory>.Instance);
        Assert.Same(ReferenceBook.Empty, await directory.GetAsync(None));

        await _import.ApplyAsync(ReferenceVectors.Files(), Actor, AuditOrigins.Command, None);
        var book = await directory.GetAsync(None);
        Assert.Same(book, await directory.GetAsync(None));
        Assert.Equal(5, book.Components.Length);

        await _import.ApplyAsync(
            new Dictionary<string, ReadOnlyMemory<byte>> { [ReferenceKinds.Holidays] = Octets("date,name\n") }, Actor,
            AuditOrigins.Command, None);
        var later = await directory.GetAsync(None);
        Assert.NotEqual(book.Digest, later.Digest);
        Assert.True(later.Holidays!.IsBusinessDay(new LocalDate(2026, 11, 26)));
    }

    [Fact]
    public async Task Rows_of_an_account_that_is_gone_are_left_out_and_the_others_stay()
    {
        await _import.ApplyAsync(ReferenceVectors.Files(), Actor, AuditOrigins.Command, None);
        var alone = AccountBook.Parse(Encoding.UTF8.GetBytes(
            """
            { "accounts": [ { "accountId": "A-2002", "name": "Sample Inc", "timeZone": "America/New_York",
                "units": [ { "unitId": "NYC-CLAIMS", "name": "Claims" } ] } ], "rules": [] }
            """)).Book!;
        using var directory = new ReferenceDirectory(
            _store, new FixedAccounts { Book = alone }, NullLogger<ReferenceDirectory>.Instance);
        var book = await directory.GetAsync(None);

        Assert.Equal(["NYC-BUNDLE", "NYC-TRUNK"], book.Components.Select(component => component.Id));
        Assert.Null(book.MrcOf("DEN-TRUNK"));
        Assert.NotNull(book.MrcOf("NYC-TRUNK"));
        Assert.Null(book.RatingTablesOf("A-1001").Programs);
    }

    [Fact]
    public async Task A_line_that_is_not_csv_is_told_with_its_number()
    {
        var check = await _import.CheckAsync(
            new Dictionary<string, ReadOnlyMemory<byte>>
            {
                [ReferenceKinds.Holidays] = Octets("date,name\n2026-11-26,x\n2026-12-25\n"),
                [ReferenceKinds.Components] = Octets(
                    "component,account,name,kind,from\nC,A-1001,\"open,K,2026-01-01\n"),
            },
            null,
            None);

        Assert.Contains(
            check.Errors, error => error is { File: "holidays.csv", Line: 3, Kind: ReferenceErrorKind.BrokenCsv });
        Assert.Contains(
            check.Errors, error => error is { File: "components.csv", Line: 2, Kind: ReferenceErrorKind.BrokenCsv });
    }

    [Fact]
    public async Task An_export_can_be_imported_again_and_is_no_difference()
    {
        await ImportExampleAsync();
        var (_, documents) = await _store.ReadInForceAsync(None);
        var exported = ReferenceDocuments.TablesOf(documents).ToDictionary(
            table => table.Kind, table => Octets(string.Join("\r\n", ReferenceCsv.Lines(table)) + "\r\n"));
        var check = await _import.CheckAsync(exported, null, None);

        Assert.Empty(check.Errors);
        Assert.All(check.Diffs, diff => Assert.True(diff.IsEmpty, diff.Kind));
    }

    private static AuditLog TrailOf(Database database) => new(new AuditOptions(), database, TimeProvider.System);

    private async Task<ReferenceBook> ImportExampleAsync()
    {
        Assert.Empty(
            (await _import.ApplyAsync(ReferenceVectors.Files(), Actor, AuditOrigins.Command, None)).Check.Errors);
        using var directory = new ReferenceDirectory(_store, _accounts, NullLogger<ReferenceDirectory>.Instance);
        return await directory.GetAsync(None);
    }

    private static ReadOnlyMemory<byte> Octets(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class FixedAccounts : IAccountBookSource
    {
        public required AccountBook Book { get; init; }
    }
}
