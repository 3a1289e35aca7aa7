namespace VoiceQuality.Service.Audit;

/// <summary>From where something was done, where it was no request.</summary>
internal static class AuditOrigins
{
    /// <summary>A verb of the command line.</summary>
    public const string Command = "command";

    /// <summary>The settings of the service, when it started.</summary>
    public const string Settings = "settings";
}

/// <summary>Where the audit trail is kept.</summary>
internal sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>SQLite file of its own; null puts it next to the database, "voicequality.audit.db".</summary>
    public string? Path { get; set; }

    /// <summary>The file of the trail of a database.</summary>
    public string PathFor(string database) =>
        string.IsNullOrEmpty(Path) ? System.IO.Path.ChangeExtension(database, ".audit.db") : Path;

    /// <summary>
    /// The same setting as the service reads it from the environment, for verbs that change something.
    /// </summary>
    public static AuditOptions OfEnvironment() => new() { Path = Environment.GetEnvironmentVariable("VQ_Audit__Path") };
}
