using System.Net;
using System.Text;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Tests.Reference;

public sealed class ReferenceApiTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_list_names_every_kind_and_what_is_in_force()
    {
        await using var site = await StartAsync();
        var before = await site.GetJsonAsync("/api/v1/reference");
        Assert.Equal(
            ReferenceKinds.All,
            before.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetProperty("kind").GetString()));
        Assert.All(before.GetProperty("kinds").EnumerateArray(), kind =>
            Assert.Equal(System.Text.Json.JsonValueKind.Null, kind.GetProperty("version").ValueKind));

        await ImportAsync(site);
        var after = await site.GetJsonAsync("/api/v1/reference");
        var decks = after.GetProperty("kinds").EnumerateArray()
            .Single(kind => kind.GetProperty("kind").GetString() == "decks");
        Assert.Equal((1, 5L, "j.doe"), (
            decks.GetProperty("version").GetInt32(), decks.GetProperty("rows").GetInt64(),
            decks.GetProperty("actor").GetString()));
        Assert.NotEqual(before.GetProperty("digest").GetString(), after.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task One_kind_is_csv_with_guarded_text()
    {
        await using var site = await StartAsync();
        await ImportAsync(site);
        var csv = await site.GetAsync("/api/v1/reference/numbers");

        Assert.StartsWith(
            "account,unit,number,service,component,from,to\r\nA-1001,DEN-SALES,'+13035550100,TERMINATION,DEN-TRUNK,2026-01-01,\r\n",
            csv, StringComparison.Ordinal);
        Assert.Equal(7, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_kind_that_is_not_there_or_not_imported_is_answered_like_anything_missing()
    {
        await using var site = await StartAsync();
        var unknown = await site.GetAsync("/api/v1/reference/nothing", HttpStatusCode.NotFound);
        Assert.Equal(unknown, await site.GetAsync("/api/v1/reference/rates", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_folder_of_the_settings_is_in_force_when_the_service_starts()
    {
        var (errors, components) = await StartServiceAsync(_ => { });
        Assert.Empty(errors);
        Assert.Equal(5, components);
    }

    [Fact]
    public async Task A_wrong_file_of_the_folder_keeps_the_service_from_starting()
    {
        var (errors, components) = await StartServiceAsync(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "rates.csv"), "account\n");
            File.WriteAllText(Path.Combine(folder, "notes.csv"), "x\n");
        });

        Assert.Contains(
            errors, error => error.StartsWith("Reference:Folder: notes.csv: is no kind", StringComparison.Ordinal));
        Assert.Contains(
            errors, error => error.StartsWith("rates.csv:1: rate: The column is missing", StringComparison.Ordinal));
        Assert.Equal(0, components);
    }

    private static async Task<(IReadOnlyList<string> Errors, int Components)> StartServiceAsync(Action<string> change)
    {
        var folder = Directory.CreateTempSubdirectory("voicequality-reference-").FullName;
        try
        {
            ReferenceVectors.CopyTo(folder);
            change(folder);
            var settings = ServeSettings.On("http://127.0.0.1:0") with
            {
                Accounts = new AccountOptions { File = Path.Combine(ReferenceVectors.Folder, "accounts.json") },
                Reference = new ReferenceOptions { Folder = folder },
            };
            await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
            await using var app = ServiceHost.Build(settings, database, TimeProvider.System, null);
            var errors = await ServiceHost.ImportAsync(app, settings, null, None);
            var directory = (ReferenceDirectory)app.Services.GetService(typeof(ReferenceDirectory))!;
            return (errors, (await directory.GetAsync(None)).Components.Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<TestSite> StartAsync() => TestSite.StartAsync(
        Encoding.UTF8.GetString(ReferenceVectors.Accounts), new DateTimeOffset(2026, 11, 2, 12, 0, 0, TimeSpan.Zero));

    private static async Task ImportAsync(TestSite site)
    {
        var accounts = new AccountRepository(site.Database);
        await accounts.ReplaceAsync(ReferenceVectors.Accounts, NodaTime.Instant.FromUtc(2026, 1, 1, 0, 0), None);
        await using var audit = new AuditLog(new AuditOptions(), site.Database, site.Clock);
        var import = new ReferenceImport(new ReferenceRepository(site.Database), accounts, audit, site.Clock);
        Assert.Empty(
            (await import.ApplyAsync(ReferenceVectors.Files(), "j.doe", AuditOrigins.Command, None)).Check.Errors);
    }
}
