using System.ComponentModel.DataAnnotations;

namespace VoiceQuality.Service.Hosting;

/// <summary>Where measurements and decisions are kept.</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "Storage";

    /// <summary>SQLite file; created when it is missing.</summary>
    [Required]
    public string Path { get; set; } = "voicequality.db";
}
