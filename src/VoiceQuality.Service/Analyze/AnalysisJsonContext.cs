using System.Text.Json;
using System.Text.Json.Serialization;
using VoiceQuality.Service.Signalling;

namespace VoiceQuality.Service.Analyze;

/// <summary>
/// What an analysis writes by its type. Made at build time: finding it out at run time takes as long as a small
/// capture.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(SignallingResponse))]
internal sealed partial class AnalysisJsonContext : JsonSerializerContext;
