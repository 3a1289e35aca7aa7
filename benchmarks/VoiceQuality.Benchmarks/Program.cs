using BenchmarkDotNet.Running;
using VoiceQuality.Benchmarks.Limits;
using VoiceQuality.Benchmarks.Rating;
using VoiceQuality.Benchmarks.Rescoring;
using VoiceQuality.Testing.Accuracy;

if (args is ["close-month", .. var rest])
{
    return await CloseMonth.RunAsync(rest);
}

if (args is ["stored-calls", .. var which])
{
    return await StoredCalls.RunAsync(which);
}

if (args is ["floods", .. var floods])
{
    return Floods.Run(floods);
}

if (args is ["accuracy", var path])
{
    File.WriteAllText(path, AccuracyTable.Write(AccuracyTable.Measure()));
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
