using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Storage.Accounts;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class StartUpImportTests : IDisposable
{
    private const string Accounts = """
        {
          "accounts": [
            { "accountId": "A-1", "name": "Example", "timeZone": "America/Denver", "billingDay": 1,
              "units": [ { "unitId": "U-1", "name": "Unit" } ] }
          ],
          "rules": [ { "ruleId": "r1", "unitId": "U-1", "match": { "trunk": "198.18.1.0/24" } } ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("vq-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_wrong_usage_file_keeps_the_accounts_out_too()
    {
        var (errors, accounts) = await ImportAsync(
            Accounts, "account,unit,month,kind,amount\nA-1,U-1,2026-13,MRC,1.00\nA-1,U-9,2026-10,MRC,x\n");

        Assert.Contains(errors, static line => line.StartsWith("usage.csv:2: month:", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.StartsWith("usage.csv:3: amount:", StringComparison.Ordinal));
        Assert.Equal(0, accounts);
    }

    [Fact]
    public async Task Errors_of_all_files_are_told_at_once()
    {
        var (errors, accounts) = await ImportAsync(Accounts.Replace("Denver", "Nowhere", StringComparison.Ordinal), null);

        Assert.Contains(errors, static line => line.StartsWith("accounts.json:", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.StartsWith("Usage:Files: cannot read", StringComparison.Ordinal));
        Assert.Equal(0, accounts);
    }

    [Fact]
    public async Task Right_files_are_in_force_together()
    {
        var (errors, accounts) = await ImportAsync(
            Accounts, "account,unit,month,kind,amount\nA-1,U-1,2026-10,USAGE_DOMESTIC,12.34\n");

        Assert.Empty(errors);
        Assert.Equal(1, accounts);
    }

    private async Task<(IReadOnlyList<string> Errors, int Accounts)> ImportAsync(string accounts, string? usage)
    {
        var accountsFile = Path.Combine(_folder, "accounts.json");
        var usageFile = Path.Combine(_folder, "usage.csv");
        await File.WriteAllTextAsync(accountsFile, accounts);
        if (usage is not null)
        {
            await File.WriteAllTextAsync(usageFile, usage);
        }

        var settings = ServeSettings.On("http://127.0.0.1:0") with
        {
            Storage = new StorageOptions { Path = Path.Combine(_folder, "test.db") },
            Accounts = new AccountOptions { File = accountsFile },
            Usage = new UsageOptions { Files = [usageFile] },
        };
        await using var database = await Storage.Database.OpenAsync(settings.Storage.Path, CancellationToken.None);
        await using var app = ServiceHost.Build(settings, database, TimeProvider.System, null);
        var errors = await ServiceHost.ImportAsync(app, settings, null, CancellationToken.None);
        var book = await app.Services.GetRequiredService<AccountRepository>().ReadAsync(CancellationToken.None);
        return (errors, book.Accounts.Length);
    }
}
