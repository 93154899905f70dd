using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Specs;

/// <summary>One observation: exactly one of its fields is given.</summary>
sealed class ObservationSpec
{
    public ProbedSpec? Probed { get; init; }

    public FailedSpec? Failed { get; init; }

    public DoubtedSpec? Doubted { get; init; }

    public List<EndpointSpec>? Listed { get; init; }

    /// <summary>When that was, and for how long those that left are watched.</summary>
    public double ListedAt { get; init; }

    public double Memory { get; init; }

    public bool FenceReset { get; init; }

    public Observation ToObservation()
    {
        Observation?[] given =
        [
            Probed?.ToObservation(),
            Failed is { } f ? new Observation.ProbeFailed(Spec.Endpoint(f.Endpoint), Spec.Ms(f.SentAt), f.Failure, f.Reason) : null,
            Doubted is { } d ? new Observation.Doubted(Spec.Endpoint(d.Endpoint), d.Generation, Spec.Ms(d.At), d.Evidence, d.Reason) : null,
            Listed is { } l ? new Observation.EndpointsListed([.. l.Select(static e => e.ToListed())], Spec.Ms(ListedAt), Spec.Ms(Memory)) : null,
            FenceReset ? new Observation.FenceReset() : null,
        ];
        return given.Count(static o => o is not null) == 1
            ? given.First(static o => o is not null)!
            : throw new InvalidDataException("An observation is exactly one of probed, failed, doubted, listed, fenceReset.");
    }
}
