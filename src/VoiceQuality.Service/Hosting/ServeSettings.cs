using VoiceQuality.Monitor;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;

namespace VoiceQuality.Service.Hosting;

/// <summary>All settings of the service, read and checked.</summary>
internal sealed record ServeSettings
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    private static readonly string[] Sections =
    [
        StorageOptions.SectionName, SourceOptions.SectionName, AccountOptions.SectionName, UsageOptions.SectionName,
        ReferenceOptions.SectionName, AuditOptions.SectionName, CodecsOptions.SectionName, ScoringOptions.SectionName,
        InfluxOptions.SectionName, PrometheusOptions.SectionName, MonitorSection, "Logging", "Urls",
    ];

    private const string MonitorSection = "Monitor";

    /// <summary>Addresses to listen on, loopback all of them.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    public StorageOptions Storage { get; init; } = new();

    public SourceOptions Sources { get; init; } = new();

    public AccountOptions Accounts { get; init; } = new();

    public UsageOptions Usage { get; init; } = new();

    public ReferenceOptions Reference { get; init; } = new();

    public AuditOptions Audit { get; init; } = new();

    public InfluxOptions Influx { get; init; } = new();

    public PrometheusOptions Prometheus { get; init; } = new();

    public MonitorOptions Monitor { get; init; } = new();

    /// <summary>The whole configuration, for the levels of logging.</summary>
    public IConfiguration Configuration { get; init; } = new ConfigurationBuilder().Build();

    /// <summary>Defaults, listening on one address.</summary>
    public static ServeSettings On(string url) => new() { Urls = [new Uri(url)] };

    /// <summary>
    /// Reads <paramref name="file"/>, then the environment (<c>VQ_Section__Key</c>), then <paramref name="overrides"/>;
    /// what comes later wins.
    /// </summary>
    /// <param name="file">JSON settings; null for none.</param>
    /// <param name="overrides">Settings of the command line by their key.</param>
    /// <param name="errors">
    /// One line for each thing that is wrong; the settings are usable only when there is none.
    /// </param>
    public static ServeSettings Read(
        string? file, IEnumerable<KeyValuePair<string, string?>> overrides, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        var builder = new ConfigurationBuilder();
        AddFile(builder, file, found);
        var configuration = builder.AddEnvironmentVariables("VQ_").AddInMemoryCollection(overrides).Build();

        var settings = new ServeSettings
        {
            Urls = LoopbackUrls.Parse(configuration["Urls"] ?? DefaultUrl, found),
            Storage = SettingsBinder.Bind<StorageOptions>(configuration, StorageOptions.SectionName, found),
            Sources = SettingsBinder.Bind<SourceOptions>(configuration, SourceOptions.SectionName, found),
            Accounts = SettingsBinder.Bind<AccountOptions>(configuration, AccountOptions.SectionName, found),
            Usage = SettingsBinder.Bind<UsageOptions>(configuration, UsageOptions.SectionName, found),
            Reference = SettingsBinder.Bind<ReferenceOptions>(configuration, ReferenceOptions.SectionName, found),
            Audit = SettingsBinder.Bind<AuditOptions>(configuration, AuditOptions.SectionName, found),
            Influx = SettingsBinder.Bind<InfluxOptions>(configuration, InfluxOptions.SectionName, found),
            Prometheus = SettingsBinder.Bind<PrometheusOptions>(configuration, PrometheusOptions.SectionName, found),
            Monitor = ScoringSettings.Apply(
                SettingsBinder.Bind<MonitorOptions>(configuration, MonitorSection, found),
                SettingsBinder.Bind<CodecsOptions>(configuration, CodecsOptions.SectionName, found),
                SettingsBinder.Bind<ScoringOptions>(configuration, ScoringOptions.SectionName, found),
                found),
            Configuration = configuration,
        };

        if (settings.Sources.TlsKeyLog is { } keyLog)
        {
            if (KeyLogFile.ProblemOf(keyLog) is { } problem)
            {
                found.Add($"{SourceOptions.SectionName}:{nameof(SourceOptions.TlsKeyLog)} {problem}");
            }

            settings = settings with
            {
                Monitor = settings.Monitor with { TlsSecrets = new KeyLogFile(keyLog, TimeProvider.System, mayGrow: true) },
            };
        }

        errors = found;
        return settings;
    }

    private static void AddFile(ConfigurationBuilder builder, string? file, List<string> errors)
    {
        if (file is null)
        {
            return;
        }

        IConfigurationRoot alone;

        try
        {
            var path = Path.GetFullPath(file);
            alone = new ConfigurationBuilder().AddJsonFile(path, optional: false).Build();
            builder.AddJsonFile(path, optional: false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            var reason = e is FileNotFoundException ? "it does not exist" : e.InnerException?.Message ?? e.Message;
            errors.Add($"the settings file cannot be read: {reason}");
            return;
        }

        errors.AddRange(alone.GetChildren()
            .Where(section => !Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            .Select(
                section => $"{section.Key} is no section of the settings; there are {string.Join(", ", Sections)}"));
    }
}
